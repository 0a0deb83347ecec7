# bs-store --forward stores contents and passes references on; bs-index records them. What comes of it is what bs-store makes by itself; a stream that stops
# records nothing as complete; contents that nobody stored and references that lead nowhere are refused.
. "${0%/*}/lib.sh"
"$PYTHON" "$ROOT/tests/scripts/awkward-tree.py" tree
# GNU tar gives up on paths longer than PATH_MAX; round-trip-awkward has them.
rm -rf tree/deep tree/contents/hole-huge
bs-init --plain one
bs-init --plain two
(cd tree && find . -print0 | bs-walk | bs-chunk | bs-store --host h --time 20260101T000000Z ../one) > name-one
(cd tree && find . -print0 | bs-walk | bs-chunk | bs-store --forward ../two | bs-index --host h --time 20260101T000000Z -r ../two) > name-two
expect_same name-one name-two
for r in one two; do
  mkdir "from-$r"
  bs-tar -r "$r" h@latest | tar xpf - -C "from-$r"
  expect_status 0 bs-check --read-data -r "$r"
done
same_tree from-one from-two
bs-ls -l -r one h@latest > list-one
bs-ls -l -r two h@latest > list-two
expect_same list-one list-two

# Sorted or not, with two threads or one, the tree is the same: its root is the same digest.
bs-init --plain three
(cd tree && find . -print0 | sort -zr | bs-walk | bs-chunk -j 1 | bs-store -j 1 --host h --time 20260101T000000Z ../three) > /dev/null
bs-ls -r three h@latest > list-three
bs-ls -r one h@latest | expect_same /dev/stdin list-three

# The stream stops: no complete saveset, and the status says so.
status=0
(cd tree && bs-walk . | bs-chunk | bs-store --forward ../two | head -c 2000 | bs-index -r ../two) > none 2> said || status=$?
[ "$status" -eq 65 ] || fail "status $status"
expect_empty none
[ "$(bs-ls -r two | grep -c ' complete ')" -eq 1 ] || fail "$(bs-ls -r two)"

# Contents that were not stored are refused, and so is a stream that nobody has cut or read.
status=0
(cd tree && bs-walk . | bs-chunk | bs-index -r ../two) 2> said || status=$?
[ "$status" -eq 65 ] && grep -q 'bs-store --forward' said || fail "status $status: $(cat said)"
status=0
(cd tree && bs-walk . | bs-store ../two) 2> said || status=$?
[ "$status" -eq 65 ] && grep -q 'bs-chunk' said || fail "status $status: $(cat said)"

# References to chunks that another repository has: each file is named, the rest is kept, status 3.
bs-init --plain other
status=0
(cd tree && bs-walk . | bs-chunk | bs-store --forward ../two | bs-index -r ../other) > name-other 2> said || status=$?
[ "$status" -eq 3 ] && grep -q 'does not hold' said || fail "status $status: $(head -n 3 said)"
expect_status 0 bs-check other
