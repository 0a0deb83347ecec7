# kill -9 of bs-collect at its N-th fsync, rename, unlink or mkdir, for every N there is: afterwards every saveset restores, a save succeeds, and the next
# collection ends what was begun. Likewise with EIO from fsync and a full disk in place of the kill: never status 0 then, unless nothing was lost by it.
# only: bin
# timeout: 600
# takes: 30
. "${0%/*}/lib.sh"
need strace
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
strace -f -o log -e inject=fsync:signal=KILL:when=100 true 2> /dev/null || skip "strace may not trace here"

mkdir tree
cp -a "$ROOT/man" tree/man
for n in 1 2 3 4; do head -c 200000 /dev/urandom > "tree/random-$n"; done
export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
save h tree --time 20260101T000000Z > /dev/null
rm tree/random-[12] tree/man/bs-[a-d]*
for n in 2 3 4; do
  echo "$n" >> tree/random-3
  save h tree --time "2026010${n}T000000Z" > name
done
kept=$(cat name)
rm base/savesets/h/20260101T000000Z base/savesets/h/20260102T000000Z
cp -a base whole
BACKSHIFT_REPOSITORY=$work/whole bs-collect > summary
best=$(du -sb whole/packs | cut -f1)
(cd tree && bs-walk . | bs-chunk) > stream

# after WHAT: judges the repository that was left.
after() {
  expect_good --read-data || fail "$1"
  expect_saved "$kept" tree
  bs-store --host second < stream > name 2> said || { cat said; fail "$1: the next save ended with status $?"; }
  expect_saved second@latest tree
  rm -r "$BACKSHIFT_REPOSITORY/savesets/second"
  find "$BACKSHIFT_REPOSITORY/tmp" -type f -exec touch -d '2 days ago' {} +
  bs-collect > summary 2> said || { cat summary said; fail "$1: the next collection ended with status $?"; }
  expect_empty said
  expect_good --read-data || fail "$1, and after the next collection"
  expect_saved "$kept" tree
  [ -z "$(ls "$BACKSHIFT_REPOSITORY/condemned")" ] || fail "$1: a list is left"
  # What was copied before it was killed, and once more afterwards, may be there twice until little of it is unused.
  [ "$(du -sb "$BACKSHIFT_REPOSITORY/packs" | cut -f1)" -le $((best + best / 10 + 10000)) ] || fail "$1: $(du -sb "$BACKSHIFT_REPOSITORY/packs") of $best"
}

kills=0
kill_everywhere 0 bs-collect
[ $kills -ge 20 ] || fail "only $kills kills: the calls are others than this script knows"

for error in EIO ENOSPC; do
  fail_each_fsync $error bs-collect
done
