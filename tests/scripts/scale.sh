# Everything that tests/bench/scale measures works, and finds what it has to find, in a repository of 100,000 chunks that has everything but the data.
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
