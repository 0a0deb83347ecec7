# Everything that tests/bench/scale measures works, and finds what it has to find, in a repository of 100,000 chunks that has everything but the data. In a
# smaller one it counts requests to a service, and what was saved there comes back.
# only: bin
. "${0%/*}/lib.sh"
[ -x /usr/bin/time ] || skip "no /usr/bin/time"
scale=${BACKSHIFT_ARTIFACTS:-$ROOT/out/build}/bin/Backshift.Scale/release/Backshift.Scale
"$scale" run "$TMP/scale" --bin "$BIN" --chunks 100000 --savesets 60 --hosts 10 --lookups 20000 --merged 40000 > table
cat table
for what in 'chunks of contents' 'opening for a save' 'listing all 60 savesets' '20,000 new digests' 'marking what all savesets need' 'bs-store' 'bs-check' \
  'the second' 'chunks anywhere without an index' 'it is made anew' 'merging 8 runs'; do
  grep -q "^| .*$what.* |" table || fail "there is no row: $what"
done

# What it made is a repository like any other, and what it took away is there again.
bs-check "$TMP/scale/repository"
[ "$(bs-ls -r "$TMP/scale/repository" | wc -l)" -eq 61 ] || fail "the savesets, and the one of the unchanged save"
expect_status 64 "$scale" run "$TMP/none" --chunks 5

expect_status 64 "$scale" requests "$TMP/none" --price-put -1
"$scale" requests "$TMP/bucket" --bin "$BIN" --chunks 8192 --savesets 12 --hosts 3 --real 2000000 --price-put 1000 --price-get 0 --price-egress 1000 > requests
cat requests
# count ROW COLUMN: a number of the table.
count() { awk -F ' *[|] *' -v row="$1" -v column="$2" '$2 ~ row { gsub(",", "", $column); print $column }' requests; }
# Each of the 12 savesets is read by a request and each of the four packs by one at least; what reads sends nothing, and what saves does.
[ "$(count 'bs-ls, all savesets' 3)" -ge 12 ] && [ "$(count 'bs-check' 3)" -ge 16 ] || fail "too few requests that read"
[ "$(count 'bs-ls, all savesets' 6)" -eq 0 ] && [ "$(count 'restoring a file' 6)" -eq 0 ] || fail "something was sent by what reads"
[ "$(count 'the first save of a host' 6)" -ge 3 ] || fail "too little was sent by a save"
# What costs nothing but requests that send and list costs as much as there are of them.
costs=$(count 'the first save of a host' 10)
[ "${costs%.*}" -eq "$(($(count 'the first save of a host' 5) + $(count 'the first save of a host' 6)))" ] || fail "it costs $costs"
