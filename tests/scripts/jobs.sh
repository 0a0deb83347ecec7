# One thread or many: the repository is the same, but for the names of packs and what depends on them. And no directory is made that is there already.
# only: bin
. "${0%/*}/lib.sh"
bs-init --plain base
(cd "$ROOT" && bs-walk lib tools tests/vectors) > walked
for jobs in 1 9; do
  (cd "$ROOT" && bs-chunk -j $jobs) < walked > "stream$jobs"
done
cmp stream1 stream9 || fail "bs-chunk with one thread and nine"
mv stream1 stream

# packs_of REPOSITORY: a line a pack, its size and the digest of all but its own name (16 bytes behind the first 16) and the checksum at its end.
packs_of() {
  find "$1/packs" -type f | while read -r pack; do
    size=$(stat -c %s "$pack")
    echo "$size $( (head -c 16 "$pack"; tail -c +33 "$pack" | head -c $((size - 32 - 32))) | sha256sum)"
  done | sort
}
for jobs in 1 2 7; do
  cp -a base "r$jobs"
  bs-store -j $jobs --host h --time 2026-01-01T00:00:00Z "r$jobs" < stream > name
  packs_of "r$jobs" > "packs$jobs"
  bs-ls -r "r$jobs" --json > "saveset$jobs"
  # When it ended is the clock's affair.
  sed -i -E 's/"(finished|received)":"[^"]*"//g' "saveset$jobs"
  expect_same packs1 "packs$jobs"
  expect_same saveset1 "saveset$jobs"
done
[ "$(wc -l < packs1)" -ge 2 ] || fail "no packs"

# The same where chunks become deltas of earlier ones.
cp -a "$ROOT/lib" "$ROOT/tools" .
find lib tools -name '*.cs' -exec sed -i '1s/^/\/\/ changed\n/' {} +
(mkdir tests && cp -a "$ROOT/tests/vectors" tests; bs-walk lib tools tests/vectors | bs-chunk) > stream2
for jobs in 1 2 7; do
  rm -rf "r$jobs"
  cp -a base "r$jobs"
  bs-store --host h --time 2026-01-01T00:00:00Z "r$jobs" < stream > name
  before=$(packs_of "r$jobs" | wc -l)
  bs-store -j $jobs --host h --time 2026-01-02T00:00:00Z "r$jobs" < stream2 > name
  packs_of "r$jobs" > "packs$jobs"
  [ "$(wc -l < "packs$jobs")" -gt "$before" ] || fail "nothing was new"
  expect_same packs1 "packs$jobs"
done

# System calls: a saveset of what is there already makes one directory, that of its host, and asks for no other.
if command -v strace > /dev/null && strace -f -o log true 2> /dev/null; then
  strace -f -o log -e trace=mkdir,mkdirat bs-store --host other r1 < stream > name
  [ "$(grep -c 'mkdir' log)" -eq 1 ] && grep -q '"other"' log || { cat log; fail "directories were made, or tried"; }
fi
