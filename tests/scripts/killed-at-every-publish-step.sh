# kill -9 of bs-store at its N-th fsync, rename, unlink or mkdir, for every N there is: afterwards bs-check is clean, what was saved before restores,
# nothing half done is called complete, the next save succeeds and sweeps up. What is published while the save goes on is killed at as many points.
# only: bin
# timeout: 600
. "${0%/*}/lib.sh"
need strace
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
# strace works here at all?
strace -f -o log -e inject=fsync:signal=KILL:when=100 true 2> /dev/null || skip "strace may not trace here"

mkdir tree
cp -a "$ROOT/man" tree/man
export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
first=$(save first tree)
# Enough savesets that each has something new: the next one joins the runs of the index, and removes those that it joined.
for n in 1 2 3 4 5 6 7; do
  head -c 5000 /dev/urandom > "tree/new-$n"
  save first tree > name
done
head -c 5000000 /dev/urandom > tree/new
before=$(complete_savesets)
(cd tree && bs-walk . | bs-chunk) > stream
(cd tree && bs-walk . | bs-chunk) > later-stream # another save, maybe of the same second

# after WHAT: judges the repository that was left by a bs-store that was killed.
after() {
  local now checkpoints
  expect_good || fail "$1"
  now=$(complete_savesets)
  # Killed when the saveset was there already, before it could be told.
  [ "$now" -eq "$before" ] || [ "$now" -eq $((before + 1)) ] || { bs-ls; fail "$1: $now complete savesets"; }
  bs-tar "$first" man | tar --diff -f - -C tree || fail "$1: the first saveset does not restore"
  [ "$now" -eq "$before" ] || expect_saved second@latest tree
  # At most one checkpoint is seen, however many there are, and it is as good as it says.
  mapfile -t checkpoints < <(bs-ls | awk '$1 ~ /~/ { print $1 }')
  [ ${#checkpoints[@]} -le 1 ] || fail "$1: ${checkpoints[*]}"
  [ ${#checkpoints[@]} -eq 0 ] || [ "$now" -eq "$before" ] || fail "$1: ${checkpoints[0]} is listed beside the whole"
  for name in "${checkpoints[@]}"; do
    bs-tar "$name" | tar --diff -f - -C tree || fail "$1: $name does not restore"
    seen=$((seen + 1))
  done
  # What killed writers left is swept once it is a day old.
  find "$BACKSHIFT_REPOSITORY/tmp" -type f -exec touch -d '2 days ago' {} +
  bs-store --host second < later-stream > name 2> said || { cat said; fail "$1: the next save ended with status $?"; }
  expect_saved "$(cat name)" tree
  expect_good --read-data || fail "$1, and after the next save"
  [ -z "$(ls "$BACKSHIFT_REPOSITORY/tmp")" ] || fail "$1: left in tmp: $(ls "$BACKSHIFT_REPOSITORY/tmp")"
  # Of several checkpoints of one save the next one of the same host has swept all but the last, and that too if the whole is there.
  mapfile -t checkpoints < <(cd "$BACKSHIFT_REPOSITORY/savesets" && ls -d second/*~* 2> /dev/null)
  [ ${#checkpoints[@]} -le 1 ] && { [ ${#checkpoints[@]} -eq 0 ] || [ "$now" -eq "$before" ]; } || fail "$1: left: ${checkpoints[*]}"
}

seen=0
kills=0
all_calls() {
  [ "$2" -gt 1 ] || fail "bs-store does nothing of the kind any more: $1"
  expect_saved second@latest tree
}
KILL_INPUT=stream kill_everywhere 0 bs-store --host second --publish-bytes 1M
[ $seen -ge 10 ] || fail "a checkpoint was left only $seen times"
[ $kills -ge 25 ] || fail "only $kills kills: the calls are others than this script knows"
