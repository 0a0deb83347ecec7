# bs-collect --recompress: old data is compressed once more, in the order of paths and without deltas. Every version comes back to the last bit, by bs-tar and
# by examples/restore.py, and so it does after a kill of the collection at each kind of call that publishes or deletes; with BACKSHIFT_LONG=1 at each call.
# only: bin
# timeout: 600
# takes: 30
. "${0%/*}/lib.sh"
need :msgpack :zstandard
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
size() { du -sb "$BACKSHIFT_REPOSITORY/packs" | cut -f1; }
count() { "$PYTHON" -c 'import json, sys; print(json.load(open("summary"))[sys.argv[1]])' "$1"; }
collect() { bs-collect --json "$@" > summary 2> said || { cat summary said; fail "bs-collect $* ends with $?"; }; expect_empty said; }
again="bs-collect --recompress zstd:6"

export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
mkdir -p tree/sub versions
head -c 300000 /dev/urandom | od -v -A n -t x1 > tree/numbers
for n in 1 2 3 4 5 6; do seq "$n"00000 "$n"05000 > "tree/sub/$n"; done
head -c 100000 /dev/urandom > tree/random
names=()
for day in 1 2 3 4; do
  [ "$day" -eq 1 ] || sed -i "s/^ \(.*\) $day\(.\) /\1 x$day\2y /; s/${day}7\$/changed $day/" tree/numbers tree/sub/*
  names+=("$(save h tree --time "2026010${day}T000000Z")")
  cp -a tree "versions/$day"
done
expect_all() {
  local day
  for day in 1 2 3 4; do expect_saved "${names[day - 1]}" "versions/$day"; done
}
find base/packs -type f -exec touch -d '60 days ago' {} +
mkdir young
head -c 200000 /dev/urandom > young/random
young=$(save y young)
cp -a base all

# What a dry run would do is done; the pack of the other host is too young.
collect --recompress zstd:15 --older-than 30d --dry-run
would=$(count recompressed_packs)
before=$(size)
[ "$would" -ge 2 ] && [ "$(count recompressed_bytes)" -gt 300000 ] || { cat summary; fail "nothing to recompress"; }
collect --recompress zstd:15 --older-than 30d
[ "$(count recompressed_packs)" -eq "$would" ] || { cat summary; fail "the dry run counted $would packs"; }
[ "$(size)" -lt $((before * 97 / 100)) ] || fail "$before bytes before, $(size) after"
expect_all
expect_saved "$young" young
expect_good --read-data
"$PYTHON" "$ROOT/examples/restore.py" base "${names[1]}" restored
diff -r versions/2 restored
collect --recompress zstd:15 --older-than 30d
[ "$(count recompressed_packs)$(count deleted_packs)" = 00 ] || { cat summary; fail "a second run finds something to do"; }
collect --recompress zstd:15
[ "$(count recompressed_packs)" -eq 1 ] || { cat summary; fail "not the young pack, now"; }
before=$(size)
collect
[ "$(size)" -eq "$before" ] || fail "a plain collection changes what was recompressed"

# A save builds on it, with deltas, and nothing unchanged is stored again.
sed -i 's/9$/nine/' tree/sub/3
five=$(save h tree --time 20260105T000000Z)
[ $(($(size) - before)) -lt 100000 ] || fail "what is unchanged is stored again: $(($(size) - before)) bytes"
expect_saved "$five" tree
for day in 1 2 3 4; do bs-expire "${names[day - 1]}"; done > /dev/null
collect --max-unused 0
expect_saved "$five" tree
expect_good --read-data

# Limits, and what makes no sense.
rm -rf base
cp -a all base
collect --recompress zstd:15 --max-rewrite 0
[ "$(count recompressed_packs)" -eq 0 ] || { cat summary; fail "more than --max-rewrite"; }
expect_status 64 bs-collect --recompress none 2> said
expect_status 64 bs-collect --recompress zstd:20 2> said
expect_status 64 bs-collect --older-than 30d 2> said

# A save that goes on meanwhile.
(cd tree && bs-walk . | bs-chunk) > stream
mkfifo fifo
bs-store --host h --time 20260106T000000Z < fifo > name 2> store.said & store=$!
exec 7> fifo
head -c 300000 stream >&7
$again > /dev/null 2> said || { cat said; fail "beside a save: status $?"; }
tail -c +300001 stream >&7
exec 7>&-
wait $store || { cat store.said; fail "the save: status $?"; }
$again > /dev/null
expect_saved "$(cat name)" tree
expect_all
expect_good --read-data

# Killed at each kind of call; with BACKSHIFT_LONG=1 everywhere, which takes some minutes.
need strace
strace -f -o log -e inject=fsync:signal=KILL:when=100 true 2> /dev/null || skip "strace may not trace here"
rm -rf base
mv all base
cp -a base whole
BACKSHIFT_REPOSITORY=$work/whole $again > /dev/null
best=$(BACKSHIFT_REPOSITORY=$work/whole size)
rm -rf whole

# after WHAT: judges the repository that was left.
after() {
  expect_good || fail "$1"
  expect_saved "${names[1]}" versions/2
  find "$BACKSHIFT_REPOSITORY/tmp" -type f -exec touch -d '2 days ago' {} +
  $again > summary 2> said || { cat summary said; fail "$1: the next collection ended with status $?"; }
  expect_empty said
  bs-collect --max-unused 0 > summary 2> said || { cat summary said; fail "$1: the collection after that ended with status $?"; }
  expect_good --read-data || fail "$1, and after the next collection"
  expect_all
  [ -z "$(ls "$BACKSHIFT_REPOSITORY/condemned")" ] || fail "$1: a list is left"
  [ "$(size)" -le $((best + best / 10 + 10000)) ] || fail "$1: $(size) bytes, $best in a collection that is not killed"
}
kills=0
# shellcheck disable=SC2086 # a program and its options
kill_at_each_kind 0 $again
[ $kills -ge 20 ] || fail "only $kills kills: the calls are others than this script knows"
