# The lines of the README as a user types them: save by find's list, list, restore, compare; and what is left out, refused or said on the way.
# only: bin
. "${0%/*}/lib.sh"
[ "$(uname -n)" != localhost ] || skip "this machine is called localhost"

mkdir -p home/ann home/bob
cp -a "$ROOT/lib" home/ann/lib
ln home/ann/lib/Backshift.Posix/Libc.cs home/bob/linked.cs
echo secret > home/bob/passwd
"$PYTHON" -c 'import socket; socket.socket(socket.AF_UNIX).bind("home/bob/socket")'
mkdir elsewhere
cd elsewhere

# Nothing is made in passing: a missing repository is one line that names bs-init, whatever the input.
for program in bs-store bs-index bs-check; do
  status=0
  $program "$TMP/home/backups" < /dev/null > out 2> said || status=$?
  [ $status -eq 66 ] || fail "$program without a repository: status $status"
  [ "$(grep -vc ': hint: ' said)" -eq 1 ] && grep -qF bs-init said || { cat said; fail "$program does not name bs-init in one line"; }
done
for program in "bs-ls" "bs-ls @latest" "bs-tar @latest" "bs-cat @latest x" "bs-read @latest"; do
  status=0
  $program -r "$TMP/home/backups" > out 2> said || status=$?
  [ $status -eq 66 ] || fail "$program without a repository: status $status"
  grep -qF bs-init said || { cat said; fail "$program does not name bs-init"; }
  expect_empty out
done
[ ! -e "$TMP/home/backups" ] || fail "a repository came into being by itself"

# The repository lies within what is saved: it is left out, and named.
bs-init --plain "$TMP/home/backups"
find "$TMP/home" -xdev -print0 | bs-walk 2> walk.said | bs-chunk | bs-store "$TMP/home/backups" > name 2> said ||
  { cat walk.said said; fail "the save ended with status $?"; }
expect_empty said
[ "$(grep -cF "$TMP/home/backups" walk.said)" -eq 1 ] || { cat walk.said; fail "the repository was not named once"; }
grep -qxE "$(uname -n)@[0-9]{8}T[0-9]{6}Z" name || fail "the name of the saveset: $(cat name)"

cd "$TMP"
mv elsewhere/name .
export BACKSHIFT_REPOSITORY=$TMP/home/backups
bs-ls > list
grep -qE "^$(cat name) +complete " list || { cat list; fail "bs-ls does not list it"; }
bs-ls "$(cat name)" | grep passwd > found
echo "${TMP#/}/home/bob/passwd" | expect_same found -
! bs-ls "$(cat name)" | grep -E 'backups|socket' || fail "what should be left out was saved"

mkdir "$TMP/restored"
(cd "$TMP/restored" && bs-tar "$(cat ../name)" | tar xf -)
rm "$TMP/home/bob/socket"
mv "$TMP/home/backups" "$TMP/backups"
export BACKSHIFT_REPOSITORY=$TMP/backups
same_tree "$TMP/home" "$TMP/restored$TMP/home" --without mtime
bs-tar "$(cat name)" home 2> /dev/null && fail "a path that is not there was found"
(cd / && bs-tar "$(cat "$TMP/name")" | tar --diff -f - --exclude "${TMP#/}/home" --exclude "${TMP#/}/home/bob") > differences 2>&1 ||
  { cat differences; fail "tar --diff: status $?"; }
expect_empty differences
rm -rf "$TMP/restored"
mkdir "$TMP/restored"
(cd "$TMP/restored" && bs-tar "$(cat ../name)" "${TMP#/}/home/ann/lib/Backshift.Records" | tar xpf -)
same_tree "$TMP/home/ann/lib/Backshift.Records" "$TMP/restored$TMP/home/ann/lib/Backshift.Records"

# Saved once more there is nothing new, and the repository hardly grows.
before=$(du -s --apparent-size -B 1 "$TMP/backups" | cut -f 1)
find "$TMP/home" -xdev -print0 | bs-walk | bs-chunk | bs-store "$TMP/backups" > second.name
after=$(du -s --apparent-size -B 1 "$TMP/backups" | cut -f 1)
[ $((after - before)) -lt 40000 ] || fail "a second save of the same added $((after - before)) bytes"
[ "$(bs-ls | wc -l)" -eq 2 ] || fail "there are not two savesets"
(cd / && bs-tar "@latest" | tar --diff -f -) > differences 2>&1 || { cat differences; fail "tar --diff: status $?"; }
expect_empty differences

# A path given twice, in whatever way it is spelt, is saved once; what does not exist is named, and the status tells.
cd "$TMP/home/bob"
status=0
printf '%s\0' passwd passwd ./passwd linked.cs no-such-file passwd linked.cs | bs-walk 2> "$TMP/said" | bs-chunk | bs-store --host twice > "$TMP/name" ||
  status=$?
[ $status -eq 3 ] || fail "status $status after a path that is not there"
[ "$(grep -c no-such-file "$TMP/said")" -eq 1 ] || fail "not named once: $(cat "$TMP/said")"
bs-ls "$(cat "$TMP/name")" > "$TMP/entries"
printf 'linked.cs\npasswd\n' | expect_same "$TMP/entries" -
bs-ls --problems "$(cat "$TMP/name")" | grep -qF no-such-file || fail "the saveset does not know of it"
cd "$TMP"

# The name localhost says nothing.
status=0
bs-walk home/bob | bs-chunk | bs-store --host localhost 2> said || status=$?
[ $status -eq 64 ] || fail "status $status for the host localhost"
grep -qF -- --host said || { cat said; fail "the option is not named"; }
status=0
bs-walk --host localhost home/bob | bs-chunk | bs-store 2> said || status=$?
[ $status -eq 65 ] || fail "status $status for a stream of localhost"
grep -qF -- --host said || { cat said; fail "the option is not named"; }
[ "$(bs-ls --complete | wc -l)" -eq 3 ] || fail "something was saved all the same"

# --init makes the repository in passing, once.
bs-walk home/bob | bs-chunk | bs-store --init --plain --host first new > /dev/null
bs-walk home/bob | bs-chunk | bs-store --init --plain --host second new > /dev/null
[ "$(bs-ls -r new | wc -l)" -eq 2 ] || fail "--init lost a saveset"
status=0
bs-walk home/bob | bs-chunk | bs-store --init --plain --host x home/bob 2> said || status=$?
[ $status -eq 73 ] || { cat said; fail "status $status for --init in somebody's directory"; }
[ "$(find home/bob | wc -l)" -eq 3 ] || fail "something was made in somebody's directory"
expect_status 73 bs-init --plain new 2> said

expect_good --read-data

# Where the time goes: every stage says what it took, once, and nothing else changes.
BACKSHIFT_TIMES=1 sh -c 'bs-walk home/bob | bs-chunk | bs-store --host times' > name 2> costs
grep -qxE 'times@[0-9]{8}T[0-9]{6}Z' name || fail "the name with times: $(cat name)"
for stage in walk chunk store; do
  [ "$(grep -cxE "bs-$stage: [0-9.]+ s, [0-9.]+ s of CPU and [0-9.]+ s in the system, [0-9.]+ [kM]B of memory at most" costs)" -eq 1 ] ||
    { cat costs; fail "no times of bs-$stage"; }
done
