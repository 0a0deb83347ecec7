# only: bin
# A reader that goes away is no trouble: every program stops, without a word, with status 141. And input that is empty from
# the start is no stream.
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
mkdir tree
cp -a "$ROOT/lib" "$ROOT/tests" tree
rm -rf tree/tests/repositories
bs-init --plain
save here tree > name
(cd tree && bs-walk . > ../walked && bs-chunk < ../walked > ../chunked)

# As users do it. Each writes more than a pipe holds, so that the first of them cannot have ended before the second went away.
statuses() {
  echo "${PIPESTATUS[*]}" > "$TMP/statuses"
}
{ bs-tar @latest 2> said | head -c 1000 > out; statuses; } || true
[ "$(cat statuses)" = "141 0" ] || fail "bs-tar | head: $(cat statuses)"
expect_empty said
{ bs-read @latest 2> said | head -c 1000 > out; statuses; } || true
[ "$(cat statuses)" = "141 0" ] || fail "bs-read | head: $(cat statuses)"
expect_empty said
{ bs-cat @latest lib/Backshift.Posix/Libc.cs 2> said | head -n 1 > out; statuses; } || true
expect_empty said
{ bs-ls @latest 2> said | head -n 1 > out; statuses; } || true
expect_empty said
[ "$(wc -l < out)" -eq 1 ] || fail "not one line"
cd tree
{ bs-chunk < ../walked 2> ../said | head -c 1000 > ../out; statuses; } || true
expect_empty ../said
{ bs-walk . 2> ../said | head -c 1000 > ../out; statuses; } || true
expect_empty ../said

# For certain: nobody is there from the start.
closed_pipe
expect_gone() {
  local status=0
  "$@" >&9 2> "$TMP/said" || status=$?
  expect_empty "$TMP/said"
  [ $status -eq 141 ] || fail "status $status where nobody reads: $*"
}
expect_gone bs-ls
expect_gone bs-ls @latest
expect_gone bs-ls -l @latest
expect_gone bs-ls --json @latest
expect_gone bs-ls - < ../walked
expect_gone bs-tar @latest
expect_gone bs-tar --format gnu @latest
expect_gone bs-tar - < ../chunked
expect_gone bs-cat @latest lib/Backshift.Posix/Libc.cs
expect_gone bs-read @latest
expect_gone bs-check
expect_gone bs-walk .
expect_gone bs-chunk < ../walked
expect_gone bs-store --host gone --forward < ../chunked
while read -r program; do
  expect_gone "$program" --help
  expect_gone "$program" --version
done < <("$ROOT/build/programs")
# The saveset is safe when its name cannot be told any more; the status is not 0 all the same.
expect_gone bs-store --host gone < ../chunked
expect_saved gone@latest .
cd ..

# A full device is not a reader that went away.
for program in "bs-ls" "bs-ls @latest" "bs-tar @latest" "bs-cat @latest lib/Backshift.Posix/Libc.cs" "bs-read @latest" "bs-walk tree" \
  "bs-check" "bs-ls --help"; do
  status=0
  $program > /dev/full 2> said || status=$?
  [ $status -eq 74 ] || fail "status $status where the disk is full: $program"
  grep -q 'No space left' said || { cat said; fail "not said why: $program"; }
done

# Input that ends at once: no saveset, a word, no stack trace.
before=$(bs-ls | wc -l)
for program in bs-chunk bs-store bs-index "bs-ls -" "bs-tar -"; do
  status=0
  $program < /dev/null > out 2> said || status=$?
  [ $status -eq 65 ] || { cat said; fail "status $status with no input: $program"; }
  grep -q . said || fail "not a word: $program"
done
[ "$(bs-ls | wc -l)" -eq "$before" ] || fail "a saveset of nothing"
expect_good --read-data
bs-tar here@latest | tar --diff -f - -C tree
