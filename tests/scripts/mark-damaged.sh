# bs-check --read-data --mark-damaged condemns the packs in which it found damage: the next save, full or incremental, stores again what it needs of them, and
# bs-check is content. Without the option it changes nothing. References into a condemned pack are made good from what can still be read.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain

mkdir tree
for n in 1 2 3; do head -c 300000 /dev/urandom > "tree/random-$n"; done
seq 1 500 | while read -r n; do echo "$n" > "tree/small-$n"; done
touch -d 2026-01-01 tree/*
one=$(save h tree --time 20260102T000000Z)
cp -a repository base

# damage: a byte in the middle of a block of each pack.
damage() {
  find repository/packs -type f | while read -r pack; do
    printf 'ROT' | dd of="$pack" bs=1 seek=60 conv=notrunc status=none
  done
}
damage
find repository -type f | sort > before
expect_status 65 bs-check --read-data > /dev/null 2> said
find repository -type f | sort > after
expect_same before after
grep -q -e '--repair' said || { cat said; fail "no word of --repair"; }
expect_status 64 bs-check --mark-damaged 2> /dev/null

expect_status 65 bs-check --read-data --mark-damaged > /dev/null 2> said
grep -q 'condemned as damaged' said || { cat said; fail "no word of what was done"; }
[ "$(ls repository/condemned | wc -l)" -eq 1 ] || fail "$(ls repository/condemned | wc -l) lists"
[ "$(stat -c %s repository/condemned/*)" -lt 300 ] || fail "a list of $(stat -c %s repository/condemned/*) bytes"
# Once is enough.
expect_status 65 bs-check --read-data --mark-damaged > /dev/null 2> /dev/null
[ "$(ls repository/condemned | wc -l)" -eq 1 ] || fail "a pack is condemned twice"
cp -a repository marked

incremental() { (cd tree && bs-walk . | bs-since -r "$BACKSHIFT_REPOSITORY" --host h | bs-chunk | bs-store --host h "$@"); }
for way in save incremental; do
  rm -rf repository
  cp -a marked repository
  case $way in
  save) two=$(save h tree --time 20260103T000000Z) ;;
  incremental) two=$(incremental --time 20260103T000000Z) ;;
  esac
  expect_saved "$two" tree
  expect_saved "$one" tree
  bs-check --read-data > summary 2> said || { cat said; fail "after the $way bs-check ends with $?"; }
  grep -q condemned summary || { cat summary; fail "not a word of condemned packs"; }
  # What is healed is not stored again, and the packs are no longer needed.
  three=$(incremental --time 20260104T000000Z -v 2> said)
  grep -q '; 0 B new, ' said || { cat said; fail "the second $way stores again"; }
  find repository/packs -type f | while read -r pack; do
    [ ! -e "base/${pack#repository/}" ] || rm "$pack"
  done
  expect_saved "$three" tree
done

# References made before the pack was condemned: bs-store has no bytes, and reads what it can. Here the packs are sound, and only condemned.
rm -rf repository
cp -a base repository
(cd tree && bs-walk . | bs-since -r "$BACKSHIFT_REPOSITORY" --host h | bs-chunk) > references
cp -a marked/condemned repository/
two=$(bs-store --host h --time 20260103T000000Z < references)
expect_saved "$two" tree
find base/packs -type f | while read -r pack; do rm "repository/${pack#base/}"; done
expect_saved "$two" tree

# What cannot be read is left out, and said.
rm -rf repository
cp -a marked repository
expect_status 3 bs-store --host h --time 20260103T000000Z < references > name 2> said
grep -q 'left out' said || { cat said; fail "not a word of what is left out"; }
bs-tar "$(cat name)" > /dev/null || fail "what is recorded does not restore"
bs-check --read-data > /dev/null 2> said || true
! grep -v "^bs-check: $one: " said || fail "bs-check names more than $one"
