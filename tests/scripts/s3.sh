# Repositories in buckets of a real Ceph cluster, plain and encrypted: all that is done with a directory, copies, object lock, and the suite that every store
# passes. s3-classes.sh has storage classes; BACKSHIFT_LONG=1 adds s3-osds.sh and s3-hosts.sh.
# only: bin
# takes: 140
. "${0%/*}/lib.sh"
[ -n "${S3_ENDPOINT:-}" ] || exec "$ROOT/tests/ceph-up" "$TMP/ceph" bash "$0"
printf 'correct horse battery staple\n' > passphrase
here=s3+http://$S3_ENDPOINT
mkdir -p tree/sub
head -c 3000000 /dev/urandom > tree/random
seq 60000 > tree/sub/numbers
ln -s random tree/link
ln tree/random tree/sub/hard
touch -d '2026-01-01 12:00:00.123456789' tree/random tree/sub/numbers

good() { "$@" > out 2> said || { local status=$?; cat out said; fail "status $status: $*"; }; }
as_it_was() { (bs-tar "$1" | tar --diff -f -) > differences 2>&1 && [ ! -s differences ] || { cat differences; fail "$1 is not what was saved"; }; }

everything() {
  local location=$1 one two
  shift
  export BACKSHIFT_REPOSITORY=$location
  expect_status 66 bs-ls 2> said
  grep -q "$location: there is no repository" said || fail "said: $(cat said)"
  good bs-init "$@" "$location"
  expect_status 73 bs-init "$@" "$location" 2> said
  one=$(find tree -xdev -print0 | bs-walk | bs-chunk -r "$location" | bs-store --host h "$location")
  as_it_was "$one"
  sleep 2.1
  good bs-save --host h tree
  two=$(cat out)
  good bs-save -v --host h tree
  grep -q '3 files, 3 of them unchanged' said || fail "not all is unchanged: $(cat said)"
  mkdir restored
  good bs-restore "$two" -C restored
  same_tree tree restored/tree
  rm -rf restored
  good bs-check --read-data

  # What is given up, and its space: condemned, known to all, deleted. Listings of Ceph do not lag; without the option it is left for a day.
  head -c 2000000 /dev/urandom > tree/more
  sleep 1.1
  good bs-save --host h tree
  rm tree/more
  good bs-expire --last "$(cat out)"
  good bs-collect
  grep -q 'waiting for .* hours to pass' out || fail "nothing waits: $(cat out)"
  # A save that has read the list leaves nothing behind that collections would wait for.
  good bs-save --host h tree
  for _ in 1 2 3; do
    good bs-collect --grace 0h
    ! grep -q '; [1-9][0-9]* packs* deleted, 2[.0-9]* MB' out || break
  done
  grep -q '; [1-9][0-9]* packs* deleted, 2[.0-9]* MB' out || fail "no space was won: $(cat out)"
  good bs-check --read-data
  as_it_was "$two"
  unset BACKSHIFT_REPOSITORY
}
everything "$here/plain/a/b" --plain
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase
everything "$here/sealed"

# A replica: from a bucket into a directory, and from there into another bucket; when nothing is new nothing is copied.
copied() {
  bs-init --like "$1" "$2"
  good bs-copy "$1" "$2"
  good bs-copy --json "$1" "$2"
  grep -q '"savesets":0,' out && grep -q '"pack_bytes":0,' out || fail "$1 to $2, once more: $(cat out)"
  good bs-check -r "$2" --read-data
  (bs-tar -r "$2" h@latest | tar --diff -f -) > differences 2>&1 && [ ! -s differences ] || { cat differences; fail "$2 has something else"; }
}
copied "$here/sealed" "$TMP/replica"
copied "$TMP/replica" "$here/again"
unset BACKSHIFT_PASSPHRASE_FILE

# Credentials that are not right, a bucket that is not there, and a server that is not: one line that says so, without the secret.
one_line() {
  [ "$(grep -vc ': hint: ' said)" -eq 1 ] && grep -q "$1" said && ! grep -q "$AWS_SECRET_ACCESS_KEY" said || fail "not one line with '$1': $(cat said)"
}
expect_status 77 env AWS_SECRET_ACCESS_KEY=wrong bs-check -r "$here/plain/a/b" > out 2> said
expect_status 66 bs-ls -r "$here/nowhere/a" 2> said
one_line 'there is no repository'
expect_status 64 bs-ls -r s3://KEY:secret@host/bucket 2> said
! grep -q 'secret@' said || fail "said: $(cat said)"

# Object lock: what is stored stays for its time, whoever asks. The bucket is made with it.
bucket() { "$PYTHON" "$ROOT/tests/scripts/s3-bucket.py" "$@"; }
# locked AT MODE OPTIONS [--plain]
locked() {
  local at=$1 mode=$2 one kind
  export BACKSHIFT_REPOSITORY=$here/locked/$at BACKSHIFT_S3="--lock-for 30d $3"
  good bs-init "${@:4}"
  good bs-save --host h tree
  one=$(cat out)
  good bs-save --host h tree
  bs-expire "$one" > out 2> said && fail "a saveset that is locked was expired"
  grep -q 'may not be deleted' said || fail "said: $(cat said)"
  [ "$(bs-ls | wc -l)" -eq 2 ] || fail "a saveset is gone: $(bs-ls)"
  # A save that was cut off has stored more than is needed of it. The collector copies what is, and leaves the locked pack where it is.
  rm -rf cut
  mkdir cut
  head -c 3000000 /dev/urandom > cut/a
  head -c 3000000 /dev/urandom > cut/b
  expect_status 65 sh -c 'find cut -print0 | bs-walk | bs-chunk | head -c 5000000 | bs-store --host h' 2> said
  good bs-collect --grace 0h
  grep -q 'partly needed' out || fail "nothing is left over: $(cat out)"
  for _ in 1 2; do
    good bs-collect --grace 0h
    grep -q '; 0 packs deleted.* waiting for the store to allow' out || fail "a locked pack was not left: $(cat out)"
  done
  good bs-check --read-data

  # The server itself has what a restore needs locked for so long, and nothing else, and refuses its owner.
  local needed=(backshift contents nodes savesets)
  [ "$mode" = compliance ] || needed+=(keys)
  bucket locks locked "$at/" > locks
  for kind in "${needed[@]}"; do
    grep -q "^$kind ${mode^^} 30.0 403 " locks || fail "no $kind is locked: $(cat locks)"
  done
  # All of these, and of the others none: runs are joined, tags replaced.
  local named
  named="($(IFS='|' && echo "${needed[*]}"))"
  ! grep -E "^$named " locks | grep -v " ${mode^^} 30.0 403 " || fail "that is not locked"
  ! grep -vE "^$named | - - - " locks || fail "that is locked"
  unset BACKSHIFT_REPOSITORY BACKSHIFT_S3
}
locked x compliance '' --plain
# Of this kind the owner may take the lock away. Once it has ended, the collector deletes what it has left until then.
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase
locked y governance '--lock-mode governance --storage-class COLD'
bucket list locked y/ | awk '$1 != ($2 == "contents" ? "COLD" : "STANDARD")' > astray
expect_empty astray
grep -E '^(contents|nodes) ' locks | while read -r _ _ _ _ key; do
  until=$(date -u -d '+5 seconds' +%Y-%m-%dT%H:%M:%SZ)
  printf '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>%s</RetainUntilDate></Retention>' "$until" |
    bucket PUT "/locked/$key" retention x-amz-bypass-governance-retention:true > answer
  grep -qx 200 answer || fail "the lock is not taken away: $(cat answer)"
done
sleep 6
good bs-collect -r "$here/locked/y" --grace 0h
grep -q '; [1-9][0-9]* packs* deleted, [3-9][.0-9]* MB' out && ! grep -q 'to allow' out || fail "a pack is left that is not locked: $(cat out)"
good bs-check -r "$here/locked/y" --read-data
unset BACKSHIFT_PASSPHRASE_FILE
# A bucket that was made without.
status=0
BACKSHIFT_S3='--lock-for 30d' bs-init --plain "$here/plain/b" 2> said || status=$?
[ $status -eq 77 ] || fail "status $status in a bucket without object lock: $(cat said)"
one_line 'the bucket has no object lock (InvalidRequest)'
bucket list plain b/ > listed
! grep -v ' intents ' listed || fail "that is published"

# The suite that every store passes passes here.
suite=${artifacts:-$ROOT/out/build}/bin/Backshift.S3.Tests/release/Backshift.S3.Tests
if [ -x "$suite" ]; then
  CONTRACT_PLACE=$here/contract/% "$suite" --no-ansi --progress off --filter-class '*.NamedPlaceTests' > suite 2>&1 ||
    { tail -n 40 suite; fail "the suite fails"; }
  grep -q 'succeeded: [1-9]' suite || { cat suite; fail "the suite was not run"; }
else
  echo "the suite of stores was not built: not run"
fi
