# The filters of examples/filters that are not in Python: jq and Node between two bs-json, awk behind bs-ls.
# only: bin
. "${0%/*}/lib.sh"
need jq
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
filters=$ROOT/examples/filters
mkdir -p tree/sub
head -c 300000 /dev/urandom > tree/large
ln tree/large tree/sub/large-too
echo small > tree/sub/small
truncate -s 1000 tree/sub/exactly
printf x > "tree/sub/$(printf 'bad\377\nname')"
cp -a tree wanted
rm wanted/large wanted/sub/large-too

# jq, before bs-chunk and behind it.
restore() {
  rm -rf restored
  mkdir restored
  bs-tar "$1" | tar -xpf - -C restored
}
name=$(bs-walk tree | bs-json | jq -nc --argjson most 1000 -f "$filters/leave-out-larger.jq" | bs-json -d | bs-chunk | bs-store --host before)
restore "$name"
same_tree wanted restored/tree --without mtime
name=$(bs-walk tree | bs-chunk | bs-json | jq -nc --argjson most 1000 -f "$filters/leave-out-larger.jq" | bs-json -d | bs-store --host behind)
restore "$name"
same_tree wanted restored/tree --without mtime
# A filter that dies leaves a stream without an end, and the last status says so.
bs-walk tree | bs-json | head -n 3 | bs-json -d 2> /dev/null | bs-chunk 2> /dev/null | expect_status 65 bs-store --host cut > name 2> message

if command -v node > /dev/null; then
  name=$(bs-walk tree | bs-json | "$filters/move.mjs" tree/sub elsewhere | bs-json -d | bs-chunk | bs-store --host moved)
  restore "$name"
  same_tree tree/sub restored/elsewhere --without mtime
  [ restored/tree/large -ef restored/elsewhere/large-too ] || fail "the link did not follow"
fi

name=$(bs-walk tree | bs-chunk | bs-store --host listed)
bs-ls -l "$name" | awk -f "$filters/usage.awk" | sort -rn > usage
[ "$(awk '{ print $1, $2 }' usage)" = "301007 4" ] || fail "$(cat usage)"
