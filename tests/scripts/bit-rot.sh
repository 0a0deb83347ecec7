# A byte of a pack rots. Nobody reads blocks to see what is there, but a save that has a chunk in hand verifies the block that it would leave it to: it stores
# the chunk again, warns once, and what it records restores, and so do the savesets before it. So it is for contents, for nodes, and for what a delta stands on.
# only: bin
# takes: 35
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain

mkdir tree
head -c 400000 /dev/urandom > tree/random
seq 1 60000 > tree/lines
one=$(save h tree --time 20260101T000000Z)
cp -a tree tree-1
sed -i 's/^5000$/five thousand/; s/^52000$/fifty-two thousand/' tree/lines
two=$(save h tree --time 20260102T000000Z)
cp -a tree tree-2
cp -a repository base
(cd base && find packs -type f | sort) > packs
[ "$(wc -l < packs)" -eq 4 ] || fail "$(wc -l < packs) packs"

rot() {
  "$PYTHON" - "$1" "$2" <<'P'
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    byte = file.read(1)[0]
    file.seek(int(sys.argv[2]))
    file.write(bytes([byte ^ 0x10]))
P
}

while read -r pack; do
  rm -rf repository
  cp -a base repository
  rot "repository/$pack" 50
  status=0
  three=$(save h tree --time 20260103T000000Z 2> said) || status=$?
  [ $status -eq 0 ] || { cat said; fail "$pack rotten: the full save ended with $status"; }
  expect_saved "$three" tree
  # All that the latest tree has comes by, so the saveset of it is whole again too.
  expect_saved "$two" tree-2
  [ "$(grep -c "${pack##*/}: block 0 does not match its CRC" said)" -le 1 ] || { cat said; fail "$pack: said more than once"; }
  # The warning says what to do, and only of packs that are hit.
  if grep -q 'CRC' said; then grep -q -e '--repair' said || { cat said; fail "no word of what to do"; }; fi
  grep -c CRC said >> warned || true
  # The nodes of the first tree have not come by: that saveset may be hit, and is named, alone.
  bs-check > /dev/null 2> said || true
  ! grep -v "^bs-check: $one: " said || fail "$pack: bs-check after the save names more than $one"
done < packs
# The contents of the first save, their nodes and the deltas of the second are all hit by a full save of the latest tree; the nodes of the first only where
# they are the prefixes of nodes of the second.
[ "$(grep -c 1 warned)" -ge 3 ] || { cat warned; fail "not every pack was looked at"; }

# A block that is sound costs one look, and no word.
rm -rf repository
cp -a base repository
save h tree --time 20260104T000000Z 2> said > name
expect_empty said
expect_saved "$one" tree-1
