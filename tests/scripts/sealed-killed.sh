# kill -9 of a save into an encrypted repository at every kind of step that publishes: the repository stays sound, the next save succeeds, and of all that was
# ever written, drafts of killed writers too, no two contents have one key. Where random numbers repeat, the last test fails, as it should.
# only: bin
# takes: 30
. "${0%/*}/lib.sh"
need strace gcc :cryptography
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
strace -f -o log -e inject=fsync:signal=KILL:when=100 true 2> /dev/null || skip "strace may not trace here"

mkdir tree
cp -a "$ROOT/man" tree/man
printf 'correct horse\n' > passphrase
export BACKSHIFT_REPOSITORY=$work/base
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key export > key
export BACKSHIFT_KEY_FILE=$work/key
store() { (cd tree && bs-walk . | bs-chunk -r "$BACKSHIFT_REPOSITORY" | bs-store --host "$1"); }
first=$(store first)
# The next save joins the runs of the index, and removes those that it joined.
for n in 1 2 3 4 5 6 7; do
  head -c 5000 /dev/urandom > "tree/new-$n"
  store first > name
done
head -c 2000000 /dev/urandom > tree/new
before=$(complete_savesets)
(cd tree && bs-walk . | bs-chunk -r "$BACKSHIFT_REPOSITORY") > stream
nonces() { "$PYTHON" "$ROOT/tests/formats/nonces.py" key "$@"; }

# after WHAT: judges what was left by a bs-store that was killed, and keeps a copy of it, and of what the next save makes of it.
after() {
  local now
  cp -a repository "kept/$kills"
  expect_good || fail "$1"
  now=$(complete_savesets)
  [ "$now" -eq "$before" ] || [ "$now" -eq $((before + 1)) ] || { bs-ls; fail "$1: $now complete savesets"; }
  bs-tar "$first" man | tar --diff -f - -C tree || fail "$1: the first saveset does not restore"
  bs-store --host second < stream > name 2> said || { cat said; fail "$1: the next save ended with status $?"; }
  expect_saved "$(cat name)" tree
  expect_good --read-data || fail "$1, and after the next save"
  cp -a repository "kept/$kills.next"
}
mkdir kept
kills=0
KILL_INPUT=stream kill_at_each_kind 0 bs-store --host second --publish-bytes 1M
[ $kills -ge 15 ] || fail "only $kills kills: the calls are others than this script knows"
drafts=$(find kept -path '*/tmp/*' -type f -size +0 | wc -l)
[ "$drafts" -ge 5 ] || fail "no more than $drafts drafts were left"
nonces kept/*

# The same with random numbers that repeat, as in two clones of a machine whose kernel does not notice: two saves of different files from the same state.
cat > repeat.c << 'END_OF_PROGRAM'
#include <stddef.h>
#include <sys/types.h>
static unsigned long long drawn;
ssize_t getrandom(void *to, size_t length, unsigned flags) {
  unsigned long long state = ++drawn * 0x9e3779b97f4a7c15ull;
  (void)flags;
  for (size_t i = 0; i < length; i++) {
    state ^= state >> 29;
    state *= 0xbf58476d1ce4e5b9ull;
    ((unsigned char *)to)[i] = (unsigned char)(state >> 56);
  }
  return (ssize_t)length;
}
END_OF_PROGRAM
gcc -shared -fPIC -O1 -o repeat.so repeat.c
mkdir clones
for clone in 1 2; do
  cp -a base "clones/$clone"
  head -c 2000000 /dev/urandom > tree/new
  (cd tree && bs-walk . | bs-chunk -r "$work/base") | LD_PRELOAD=$work/repeat.so bs-store -r "clones/$clone" --host clone > name
done
status=0
nonces clones/1 clones/2 2> said || status=$?
[ $status -eq 1 ] && grep -q 'encrypted with the same key' said || fail "keys that repeat were not noticed: status $status: $(cat said)"
