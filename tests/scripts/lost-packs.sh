# A pack is lost. A chunk that is stored as a delta counts as stored only while everything below it does: so a full save after the loss of any pack stores all
# that it needs again, with status 0, and what it records restores; so does the save before it, whose chunks have all come by.
# only: bin
# takes: 35
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain

mkdir tree
seq 1 20000 > tree/f
seq 1 400 | while read -r n; do echo "$n" > "tree/$n"; done
save h tree --time 20260101T000000Z > /dev/null
for day in 2 3 4; do
  sed -i "s/^${day}000$/day $day/; s/^1${day}000$/another $day/" tree/f
  touch -d "2026-01-0$day" tree/*
  last=$(save h tree --time "2026010${day}T000000Z")
done
cp -a repository base
(cd base && find packs -type f | sort) > packs
[ "$(wc -l < packs)" -ge 8 ] || fail "only $(wc -l < packs) packs"

check_after() {
  expect_saved "$1" tree
  expect_saved "$last" tree
  # Whatever is built on is whole: the same again adds no chunk.
  save h tree --time 20260107T000000Z -v > /dev/null 2> said
  grep -q '; 0 B new, ' said || { cat said; fail "$2: something is stored each time"; }
}

while read -r pack; do
  rm -rf repository
  cp -a base repository
  rm "repository/$pack"
  status=0
  saved=$(save h tree --time 20260105T000000Z 2> "$TMP/said") || status=$?
  [ $status -eq 0 ] || { cat said; fail "$pack lost: the full save ended with $status"; }
  check_after "$saved" "$pack lost"

  # An incremental save reads again what has lost chunks, and nothing else.
  rm -rf repository
  cp -a base repository
  rm "repository/$pack"
  status=0
  saved=$(cd tree && bs-walk . | bs-since -r "$BACKSHIFT_REPOSITORY" --host h | bs-chunk | bs-store --host h --time 20260105T000000Z 2> "$TMP/said") ||
    status=$?
  [ $status -eq 0 ] || { cat said; fail "$pack lost: the incremental save ended with $status"; }
  check_after "$saved" "$pack lost, incremental"
done < packs
