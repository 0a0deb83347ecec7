# The suite that every store passes, with the server of examples/, which knows backshift-object(5) alone, and with bs-serve, each over a pipe.
# only: bin
# takes: 40
. "${0%/*}/lib.sh"
need :msgpack
export PYTHONDONTWRITEBYTECODE=1
suite=${artifacts:-$ROOT/out/build}/bin/Backshift.S3.Tests/release/Backshift.S3.Tests
[ -x "$suite" ] || skip "the suite of stores was not built"

for server in bs-serve "'$PYTHON' '$ROOT/examples/object_server.py'"; do
  rm -rf contract
  mkdir contract
  status=0
  CONTRACT_PLACE="exec:exec $server '$TMP/contract/%'" CONTRACT_FILES=$TMP/contract/% "$suite" --no-ansi --progress off \
    --filter-class '*.NamedPlaceTests' > suite 2>&1 || status=$?
  [ $status -eq 0 ] || { tail -n 40 suite; fail "$server: the suite fails: status $status"; }
  passed=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' suite)
  [ "${passed:-0}" -ge 30 ] || { cat suite; fail "$server: the suite was not run"; }
  # Each test has made a place of its own through the server.
  [ "$(find contract -mindepth 2 -maxdepth 2 -name backshift | wc -l)" -ge "$passed" ] || { ls contract; fail "$server: $passed tests, and fewer places"; }
done
