# The suite that every store passes, with its store on another machine: bs-serve, started for each test by a real ssh client through a real ssh server.
# only: bin
# takes: 25
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sshd.sh"
suite=${artifacts:-$ROOT/out/build}/bin/Backshift.S3.Tests/release/Backshift.S3.Tests
[ -x "$suite" ] || skip "the suite of stores was not built"
keys all
echo "restrict $(cat all-key.pub)" > authorized
start_sshd
mkdir "$SSH_HOME/contract"

status=0
CONTRACT_PLACE=${SSH_REPOSITORY%/repository}/contract/% CONTRACT_FILES=$SSH_HOME/contract/% as all "$suite" --no-ansi --progress off \
  --filter-class '*.NamedPlaceTests' > suite 2>&1 || status=$?
[ $status -eq 0 ] || { tail -n 40 suite; fail "the suite fails: status $status"; }
passed=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' suite)
[ "${passed:-0}" -ge 20 ] || { cat suite; fail "the suite was not run"; }
# Each test has reached a place of its own through the server: one connection made it, another one opened it.
places=$(find "$SSH_HOME/contract" -mindepth 1 -maxdepth 1 | wc -l)
accepted=$(grep -c "Accepted publickey.* $(ssh-keygen -l -f all-key.pub | cut -d ' ' -f 2)" "$SSH_LOG")
[ "$places" -ge "$passed" ] && [ "$accepted" -ge $((2 * places)) ] || { cat "$SSH_LOG"; fail "$accepted connections, $places places, $passed tests"; }
