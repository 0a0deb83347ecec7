# kill -9 of bs-check --repair at its N-th fsync, rename, unlink or mkdir, for every N there is: afterwards no more is lost than before, and the next repair and
# the next save bring everything back. Likewise with EIO from fsync in place of the kill: never status 0 then.
# only: bin
# timeout: 600
. "${0%/*}/lib.sh"
need strace
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
strace -f -o log -e inject=fsync:signal=KILL:when=100 true 2> /dev/null || skip "strace may not trace here"

mkdir tree tree/man
cp "$ROOT"/man/bs-[a-l]*.1 tree/man
for n in 1 2; do head -c 100000 /dev/urandom > "tree/random-$n"; done
export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
one=$(save h tree --time 20260101T000000Z)
cp -a tree old
first=$(find base/packs -type f -size +60k)
for page in tree/man/*; do echo "another line" >> "$page"; done
head -c 100000 /dev/urandom > tree/random-3
two=$(save h tree --time 20260102T000000Z)
second=$(find base/packs -type f -size +60k | grep -v "$first")

# The directory of the first pack is lost, a block of the second one damaged, and a run of the index.
truncate -s -70 "$first"
printf 'ROT' | dd of="$second" bs=1 seek=60 conv=notrunc status=none
printf 'ROT' | dd of="$(find base/index -type f | head -1)" bs=1 seek=70 conv=notrunc status=none
expect_status 65 bs-check --read-data > /dev/null 2>&1
(cd tree && bs-walk . | bs-chunk) > stream

# after WHAT: judges the repository that was left.
after() {
  local status=0
  bs-check --repair > out 2> said || status=$?
  [ $status -eq 65 ] || { cat out said; fail "$1: the next repair: status $status"; }
  grep -q "^bs-check: $two: " said || { cat said; fail "$1: what is lost is not named"; }
  ! grep -q "^bs-check: $one: " said || { cat said; fail "$1: $one has lost something"; }
  bs-store --host second < stream > name 2> said || { cat said; fail "$1: the next save ended with status $?"; }
  expect_saved second@latest tree
  bs-check --repair > out 2> said || { cat out said; fail "$1: after the save the repair ends with status $?"; }
  expect_good --read-data
  expect_saved "$one" old
  expect_saved "$two" tree
  ! bs-ls --json | grep -q '"damaged"' || fail "$1: a mark is left"
}

kills=0
kill_everywhere 65 bs-check --repair
[ $kills -ge 15 ] || fail "only $kills kills: the calls are others than this script knows"

fail_each_fsync EIO bs-check --repair
