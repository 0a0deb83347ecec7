# kill -9 of bs-collect at its N-th fsync, rename, unlink or mkdir, for every N there is, where collections by lists come after it: those find what is needed by
# the records of moved packs, of which one may have been written for a pack that is still there. And of bs-collect --by-lists itself, beside such records.
# Afterwards every saveset restores, by lists nothing that is needed goes, and the next collections end what was begun.
# only: bin
# timeout: 600
# takes: 50
. "${0%/*}/lib.sh"
need strace
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
strace -f -o log -e inject=fsync:signal=KILL:when=100 true 2> /dev/null || skip "strace may not trace here"

# Of the first pack the last savesets need a part, so it is rewritten; of the second nothing.
mkdir tree
for n in 1 2 3 4 5 6; do head -c 100000 /dev/urandom > "tree/random-$n"; done
export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
save h tree --time 20260101T000000Z > /dev/null
rm tree/random-[1-4]
head -c 100000 /dev/urandom > tree/other
save h tree --time 20260102T000000Z > /dev/null
rm tree/other
head -c 50000 /dev/urandom > tree/last
save h tree --time 20260103T000000Z > name
kept=$(cat name)
rm base/savesets/h/20260101T000000Z

records() { find "$BACKSHIFT_REPOSITORY/moved" -type f 2> /dev/null | wc -l; }
packs() { find "$BACKSHIFT_REPOSITORY/packs" -type f | sort; }
# collect WHERE OPTION…: a collection that must end well, and leaves all that is needed.
collect() {
  bs-collect "${@:2}" > summary 2> said || { cat summary said; fail "$1: bs-collect ${*:2} ended with status $?"; }
  expect_empty said
  expect_good --read-data || fail "$1, and after bs-collect ${*:2}"
  expect_saved "$kept" tree
}

# With the chunks: at some of the kills there is a record, and what it is for.
after() {
  [ "$(records)" = 0 ] || { seen=$((seen + 1)); [ ! -e "$BACKSHIFT_REPOSITORY/$old" ] || between=$((between + 1)); }
  expect_good --read-data || fail "$1"
  expect_saved "$kept" tree
  find "$BACKSHIFT_REPOSITORY/tmp" -type f -exec touch -d '2 days ago' {} +
  collect "$1" --by-lists
  collect "$1" --max-unused 0
  collect "$1" --by-lists
  [ -z "$(ls "$BACKSHIFT_REPOSITORY/condemned")" ] || fail "$1: a list is left"
}
cp -a base whole
BACKSHIFT_REPOSITORY=$work/whole bs-collect --max-unused 0 > summary
old=$(cd base && for pack in packs/*/*; do [ -e "../whole/$pack" ] || du -b "$pack"; done | sort -n | tail -n 1 | cut -f2)
[ -n "$old" ] || fail "no pack was deleted: $(cat summary)"
kills=0 seen=0 between=0
kill_everywhere 0 bs-collect --max-unused 0
[ $kills -ge 20 ] || fail "only $kills kills: the calls are others than this script knows"
[ $between -ge 1 ] || fail "never killed between the record and the deletion, $seen times after it"
echo "$kills kills, $between between record and deletion"

# By lists, after one that has moved chunks; and a saveset is expired that alone names a pack.
rm -r base
mv whole base
rm base/savesets/h/20260102T000000Z
[ "$(BACKSHIFT_REPOSITORY=$work/base records)" -ge 1 ] || fail "no record of moved packs"
cp -a base whole
BACKSHIFT_REPOSITORY=$work/whole collect "undisturbed" --by-lists
[ "$(BACKSHIFT_REPOSITORY=$work/whole packs | wc -l)" -lt "$(BACKSHIFT_REPOSITORY=$work/base packs | wc -l)" ] || fail "nothing goes: $(cat summary)"
after() {
  expect_good --read-data || fail "$1"
  expect_saved "$kept" tree
  find "$BACKSHIFT_REPOSITORY/tmp" -type f -exec touch -d '2 days ago' {} +
  collect "$1" --by-lists
  [ -z "$(ls "$BACKSHIFT_REPOSITORY/condemned")" ] || fail "$1: a list is left"
  (cd "$BACKSHIFT_REPOSITORY" && find packs -type f | sort) > left
  (cd "$work/whole" && find packs -type f | sort) | diff - left || fail "$1: other packs are left than by a collection that was not killed"
}
kill_everywhere 0 bs-collect --by-lists
[ $kills -ge 8 ] || fail "only $kills kills: the calls are others than this script knows"
for error in EIO ENOSPC; do
  fail_each_fsync $error bs-collect --by-lists
done
