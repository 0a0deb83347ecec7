# Several writers at once, from the making of the repository on: nobody waits for anybody, all savesets are complete, none is broken.
# only: bin
. "${0%/*}/lib.sh"
unset BACKSHIFT_REPOSITORY
for n in 1 2 3 4; do
  mkdir tree-$n
  cp -a "$ROOT/lib" tree-$n/lib
  head -c 2000000 /dev/urandom > tree-$n/own
  head -c 3000000 /dev/zero | tr '\0' 'a' > tree-$n/shared
done
for round in 1 2; do
  for n in 1 2 3 4; do
    (cd tree-$n && bs-walk . | bs-chunk | bs-store --init --plain --host writer-$n "$TMP/repository" > ../name-$n-$round 2> ../said-$n-$round) &
    eval "writer_$n=$!"
  done
  # One reads meanwhile.
  sleep 0.05
  [ ! -e repository/backshift ] || bs-check repository > /dev/null || fail "bs-check while others write: status $?"
  for n in 1 2 3 4; do
    eval "wait \$writer_$n" || fail "writer $n: status $?: $(cat said-$n-$round)"
    expect_empty said-$n-$round
  done
done
export BACKSHIFT_REPOSITORY=$TMP/repository
# The same host and the same second: each has a name of its own.
for n in 1 2 3; do
  (cd tree-1 && bs-walk . | bs-chunk | bs-store --host same > ../same-$n) &
done
wait
[ "$(sort -u same-1 same-2 same-3 | wc -l)" -eq 3 ] || fail "one name for two savesets: $(cat same-*)"
[ "$(complete_savesets)" -eq 11 ] || { bs-ls; fail "not 11 savesets"; }
for n in 1 2 3 4; do
  expect_saved "$(cat name-$n-1)" tree-$n
  expect_saved "$(cat name-$n-2)" tree-$n
done
expect_saved "$(cat same-2)" tree-1
expect_good --read-data
[ -z "$(ls repository/tmp)" ] || fail "left in tmp: $(ls repository/tmp)"
# What all have is there once when it came later: the second round has added next to nothing.
[ "$(du -sm repository | cut -f 1)" -lt 20 ] || fail "$(du -sm repository)"
