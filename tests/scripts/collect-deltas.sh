# bs-collect stores a delta plainly where what it is made against takes more, and where nothing else needs that: a chain of versions ends with the first one
# that is kept. Every version that is kept comes back to the last bit, and so it does after a kill of the collection
# at each kind of call that publishes or deletes; with BACKSHIFT_LONG=1 at each call.
# only: bin
# timeout: 600
# takes: 30
. "${0%/*}/lib.sh"
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"

# change SEED: a version of tree/f that differs from the one before by three tenths of each kilobyte.
change() {
  "$PYTHON" - "$1" << 'P'
import random, sys
r = random.Random(int(sys.argv[1]))
b = bytearray(open("tree/f", "rb").read())
for at in range(0, len(b) - 1000, 1000):
    at += r.randrange(700)
    b[at:at + 300] = r.randbytes(300)
open("tree/f", "wb").write(b)
P
}
size() { du -sb "$BACKSHIFT_REPOSITORY/packs" | cut -f1; }
count() { "$PYTHON" -c 'import json, sys; print(json.load(open("summary"))[sys.argv[1]])' "$1"; }
collect() { bs-collect --json "$@" > summary 2> said || { cat summary said; fail "bs-collect $* ends with $?"; }; expect_empty said; }

export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
mkdir tree versions
head -c 1000000 /dev/urandom > tree/f
names=()
for day in 1 2 3 4 5 6; do
  [ "$day" -eq 1 ] || change "$day"
  names+=("$(save h tree --time "2026010${day}T000000Z")")
  cp -a tree "versions/$day"
done
[ "$(size)" -lt 4500000 ] || fail "the versions are no deltas: $(size) bytes"
cp -a base all

# Nothing is to be won as long as every version is kept.
collect --max-unused 0
[ "$(count plain_deltas)" -eq 0 ] || { cat summary; fail "deltas are stored plainly for nothing"; }

# Two versions after one that has gone, both needed: the second stays a delta against the first.
for day in 1 2 3 4; do rm "base/savesets/h/2026010${day}T000000Z"; done
before=$(size)
collect --dry-run
would=$(count plain_deltas)
[ "$would" -gt 20 ] || { cat summary; fail "a dry run counts no deltas"; }
[ "$(size)" -eq "$before" ] || fail "a dry run changes packs"
collect
[ "$(count plain_deltas)" -eq "$would" ] || { cat summary; fail "the dry run counted $would deltas"; }
[ "$(size)" -lt 1600000 ] || fail "$before bytes before, $(size) after"
expect_saved "${names[4]}" versions/5
expect_saved "${names[5]}" versions/6
expect_good --read-data
before=$(size)
collect
[ "$(count plain_deltas)$(count deleted_packs)" = 00 ] || { cat summary; fail "a second run finds something to do"; }
again=$(save h tree --time 20260107T000000Z)
[ $(($(size) - before)) -lt 3000 ] || fail "what is unchanged is stored again: $(($(size) - before)) bytes"
expect_saved "$again" versions/6

# A change of a few bytes: the delta stays, since it wins next to nothing.
rm -rf base tree
bs-init --plain
cp -a versions/1 tree
one=$(save h tree --time 20260101T000000Z)
"$PYTHON" -c 'b = bytearray(open("tree/f", "rb").read()); b[500000] ^= 1; open("tree/f", "wb").write(b)'
two=$(save h tree --time 20260102T000000Z)
rm "base/savesets/h/${one#h@}"
collect
[ "$(count plain_deltas)" -eq 0 ] || { cat summary; fail "a small delta is stored plainly"; }
expect_saved "$two" tree

# Killed at each kind of call; with BACKSHIFT_LONG=1 everywhere, which takes some minutes.
need strace
strace -f -o log -e inject=fsync:signal=KILL:when=100 true 2> /dev/null || skip "strace may not trace here"
rm -rf base
mv all base
for day in 1 2 3 4; do rm "base/savesets/h/2026010${day}T000000Z"; done
cp -a base whole
BACKSHIFT_REPOSITORY=$work/whole bs-collect > summary
best=$(BACKSHIFT_REPOSITORY=$work/whole size)
rm -rf whole

# after WHAT: judges the repository that was left.
after() {
  expect_good --read-data || fail "$1"
  expect_saved "${names[5]}" versions/6
  find "$BACKSHIFT_REPOSITORY/tmp" -type f -exec touch -d '2 days ago' {} +
  bs-collect > summary 2> said || { cat summary said; fail "$1: the next collection ended with status $?"; }
  expect_empty said
  expect_good --read-data || fail "$1, and after the next collection"
  expect_saved "${names[4]}" versions/5
  expect_saved "${names[5]}" versions/6
  [ -z "$(ls "$BACKSHIFT_REPOSITORY/condemned")" ] || fail "$1: a list is left"
  [ "$(size)" -le $((best + best / 10 + 10000)) ] || fail "$1: $(size) bytes, $best in a collection that is not killed"
}
kills=0
kill_at_each_kind 0 bs-collect
[ $kills -ge 20 ] || fail "only $kills kills: the calls are others than this script knows"
