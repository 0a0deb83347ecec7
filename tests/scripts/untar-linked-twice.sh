# Where a hard-linked file comes again under a name that the archive has already, GNU tar writes a link, if need be to itself: bs-untar makes the tree of it
# that tar extracts. What tar cannot link, or would link with something that a stream has no name for, is named.
# only: bin
. "${0%/*}/lib.sh"
need tar
mkdir tree && echo precious > tree/a && ln tree/a tree/b && ln tree/a tree/c && mkfifo tree/p && ln tree/p tree/q
bs-init --plain repository
export BACKSHIFT_REPOSITORY=$TMP/repository

# Each of these names something twice.
number=0
for names in "tree tree" "tree tree/b" "tree/b tree" "tree/c tree/b tree" "tree/a tree/a" "tree/b tree/b tree/b tree" "tree/q tree" "./tree tree"; do
  number=$((number + 1))
  # shellcheck disable=SC2086 # several names
  tar -cf twice.tar $names
  mkdir tar-$number us-$number
  tar -xpf twice.tar -C tar-$number
  expect_status 0 bs-untar < twice.tar > stream 2> said
  expect_empty said
  name=$(bs-chunk < stream | bs-store --host "twice$number") || fail "bs-store: status $? ($names)"
  bs-tar "$name" | tar -xpf - -C us-$number
  same_tree tar-$number/tree us-$number/tree --without mtime
  # Without a repository between.
  mkdir direct-$number
  bs-tar - < stream | tar -xpf - -C direct-$number
  same_tree tar-$number/tree direct-$number/tree --without mtime
done

# odd NAME: an archive out of a program on standard input.
odd() {
  PYTHONPATH=$ROOT/tests/scripts "$PYTHON" -c "import sys
from odd_archive import *
sys.stdout.buffer.write($1)"
}

# Nothing came before: tar fails too.
odd 'member(b"a", type=b"1", target=b"a") + member(b"f", b"kept") + END' > self.tar
expect_status 3 bs-untar < self.tar > stream 2> said
grep -q 'a: is a link to itself, and nothing precedes it' said || fail "$(cat said)"
[ "$(bs-ls - < stream 2> /dev/null)" = f ] || fail "the rest of the archive"

# Chains, circles, and targets that come later.
odd 'member(b"a", b"kept") + member(b"b", type=b"1", target=b"a") + member(b"c", type=b"1", target=b"./b") + member(b"a", type=b"1", target=b"c") +
  END' > chain.tar
expect_status 0 bs-untar < chain.tar > stream
name=$(bs-chunk < stream | bs-store --host chain)
for file in a b c; do
  [ "$(bs-cat "$name" $file)" = kept ] || fail "chain: $file"
done
odd 'member(b"b", type=b"1", target=b"a") + member(b"lost", type=b"1", target=b"nowhere") + member(b"a", b"kept") + END' > later.tar
expect_status 3 bs-untar < later.tar > stream 2> said
[ "$(cat said)" = 'bs-untar: lost: is a link to "nowhere", which is not in the archive; left out' ] || fail "$(cat said)"
name=$( (bs-chunk < stream || true) | (bs-store --host later || true)) 2> /dev/null
[ "$(bs-cat "$name" b)" = kept ] || fail "a target that comes later"

# A name that comes again with another content: to tar the links keep the old one. If they come again as well, as after tar -r, all is well.
odd 'member(b"a", b"old") + member(b"b", type=b"1", target=b"a") + member(b"a", b"newer") + END' > again.tar
expect_status 3 bs-untar < again.tar > stream 2> said
grep -q 'b: is a link to "a", which comes again after it' said || fail "$(cat said)"
tar -cf appended.tar tree/a tree/b
echo changed >> tree/a
tar -rf appended.tar tree/a tree/b
expect_status 0 bs-untar < appended.tar > stream
name=$(bs-chunk < stream | bs-store --host appended)
[ "$(bs-cat "$name" tree/b)" = $'precious\nchanged' ] || fail "an appended archive"
