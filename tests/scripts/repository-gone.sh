# The repository's directory goes away while a save runs: it is moved, or its file system is unmounted. Nothing is made anew at the old place, whatever is
# there now, and no writer ends with 0: neither bs-store, nor bs-store --forward, nor bs-index, nor a save that publishes checkpoints. What was written is
# whole in the directory that was moved.
# only: bin
. "${0%/*}/lib.sh"
mkdir tree
head -c 3000000 /dev/urandom > tree/file
(cd tree && bs-walk . | bs-chunk) > stream
bs-init --plain base

# slowly FILE: the stream in two parts; between them the test does what it does.
slowly() {
  mkfifo "$TMP/go"
  head -c 200000 "$1"
  read -r _ < "$TMP/go"
  tail -c +200001 "$1"
}
# between COMMAND…: runs COMMAND once the writer has begun to write, then lets the stream go on.
between() {
  local i
  # What it writes has no name until it is published, so its intent is what can be seen. The repository may be on another file system.
  for ((i = 0; ; i++)); do
    [ -p "$TMP/go" ] && [ -n "$(ls repository/intents 2> /dev/null)" ] && break
    [ $i -lt 400 ] || fail "it does not begin to write"
    sleep 0.05
  done
  "$@"
  echo > "$TMP/go"
  rm "$TMP/go"
}
# judge WHAT: of a writer that has ended with $status, whose repository is at `away` now.
judge() {
  [ $status -eq 74 ] || { cat said; fail "$1: status $status"; }
  grep -q 'is no longer the repository' said || { cat said; fail "$1: does not say what happened"; }
  expect_empty name
  [ ! -e repository/packs ] && [ ! -e repository/savesets ] && [ -z "$(ls repository/tmp 2> /dev/null)" ] || fail "$1: made anew: $(ls repository)"
}
afresh() {
  rm -rf repository away
  cp -a base repository
}
moved() { mv repository away; }

# Moved, and nothing in its place; moved, and an empty directory or another repository in its place.
replaced() { mv repository away && mkdir repository; }
another() { mv repository away && bs-init --plain repository; }
for how in moved replaced another; do
  afresh
  slowly stream | bs-store -r repository --host h > name 2> said &
  between $how
  status=0
  wait $! || status=$?
  judge "bs-store, $how"
  grep -q "$TMP/away" said || [ ! -d /proc/self/fd ] || { cat said; fail "it does not say where the repository is now"; }
  BACKSHIFT_REPOSITORY=$TMP/away expect_good --read-data
  BACKSHIFT_REPOSITORY=$TMP/away expect_saved h@latest tree
done

# Deleted.
afresh
slowly stream | bs-store -r repository --host h > name 2> said &
between rm -rf repository
status=0
wait $! || status=$?
[ $status -ne 0 ] || fail "status 0 where the repository was deleted"
[ ! -e repository ] || fail "made anew after it was deleted: $(find repository)"
expect_empty name

# A checkpoint notices it before the stream is at its end.
afresh
slowly stream | bs-store -r repository --host h --publish-bytes 100K > name 2> said &
between moved
status=0
wait $! || status=$?
judge "checkpoint"

# bs-store --forward writes no end record, so no later program ends with 0.
afresh
slowly stream | bs-store -r repository --forward 2> said > forwarded &
between moved
status=0
wait $! || status=$?
: > name
judge "bs-store --forward"
expect_status 65 sh -c 'bs-ls - < forwarded > /dev/null 2>&1'

# bs-index.
afresh
bs-store -r repository --forward < stream > references
size=$(stat -c %s references)
mkfifo go
(head -c $((size / 2)) references; read -r _ < go; tail -c +$((size / 2 + 1)) references) | bs-index -r repository --host h > name 2> said &
sleep 1
moved
echo > go
status=0
wait $! || status=$?
judge bs-index

# A directory that is moved and put back in time is the same one.
afresh
rm -f go
slowly stream | bs-store -r repository --host h > name 2> said &
there_and_back() { mv repository away && sleep 0.2 && mv away repository; }
between there_and_back
wait $! || { cat said; fail "status $? where the repository is at its place again"; }
BACKSHIFT_REPOSITORY=$TMP/repository expect_saved "$(cat name)" tree

# By a path that is a link, and by a relative one.
afresh
ln -s repository link
bs-store -r link --host h < stream > name
BACKSHIFT_REPOSITORY=link expect_saved "$(cat name)" tree

# A file system that is unmounted lazily while it is written to: what is below the mount point stays as it was.
afresh
small_disk 16m "$TMP/disk"
cp -a base disk/repository
rm -rf repository
ln -s disk/repository repository
slowly stream | bs-store -r disk/repository --host h > name 2> said &
between umount -l disk
status=0
wait $! || status=$?
[ $status -eq 74 ] || { cat said; fail "status $status where the disk was unmounted"; }
expect_empty name
[ -z "$(ls disk)" ] || fail "made below the mount point: $(find disk)"
