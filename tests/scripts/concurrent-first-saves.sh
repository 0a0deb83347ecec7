# Two first saves of the same data at the same time store it about once, whoever is first; both savesets are complete and say what they added.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
mkdir tree
for n in 1 2 3 4; do head -c 20000000 /dev/urandom > tree/file-$n; done
(cd tree && bs-walk . | bs-chunk) > stream
bs-init --plain
bs-store --host one < stream > one.name 2> one.said & one=$!
bs-store --host two < stream > two.name 2> two.said & two=$!
wait $one || { cat one.said; fail "the first: status $?"; }
wait $two || { cat two.said; fail "the second: status $?"; }
expect_empty one.said
expect_empty two.said
size=$(du -sk --apparent-size repository | cut -f 1)
echo "80 MB, twice at the same time: $((size / 1024)) MiB"
[ "$size" -lt 110000 ] || fail "$size KiB for 80 MB"
# One after the other has published, and in another order.
expect_saved "$(cat one.name)" tree
expect_saved "$(cat two.name)" tree
expect_good --read-data
added=$(bs-ls --json | "$PYTHON" -c 'import json, sys; print(sum(json.loads(line).get("added", 0) for line in sys.stdin))')
[ "$added" -lt 110000000 ] || fail "the savesets say that they added $added bytes"
[ -z "$(ls repository/tmp)" ] || fail "left in tmp: $(ls repository/tmp)"

# Small ones, which publish nothing before their end.
mkdir small
for n in 1 2 3 4 5; do head -c 400000 /dev/urandom > small/file-$n; done
(cd small && bs-walk . | bs-chunk) > small-stream
before=$(du -sk --apparent-size repository | cut -f 1)
for n in 1 2 3 4; do
  bs-store --host small-$n < small-stream > name-$n 2> said-$n &
done
wait
after=$(du -sk --apparent-size repository | cut -f 1)
echo "2 MB, four times at the same time: $((after - before)) KiB"
for n in 1 2 3 4; do
  expect_empty said-$n
  expect_saved "$(cat name-$n)" small
done
[ $((after - before)) -lt 3000 ] || fail "$((after - before)) KiB for 2 MB"
expect_good --read-data
