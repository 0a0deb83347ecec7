# bs-tag: tags replace those that a saveset was recorded with, notes and holds are kept beside it, names come from a listing, bs-ls shows and selects by
# them; the saveset
# itself does not change. Tags that cannot be read are a hold.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain
mkdir tree
echo hello > tree/hello
one=$(save web tree --tag own --tag other --time 2026-01-01T00:00:00Z)
two=$(save web tree --time 2026-01-02T00:00:00Z)
sums=$(sha256sum repository/savesets/web/*)

# json SAVESET FILTER: what bs-ls says of it.
json() { bs-ls --json | grep "\"name\":\"$1\""; }

[ "$(bs-tag --add new --remove other --note $'ask Ann\nfirst' web@20260101)" = 'set for 1 saveset: tags, note' ] || fail "another sentence"
json "$one" | grep -q '"tags":\["own","new"\],"note":"ask Ann\\nfirst"' || fail "$(json "$one")"
bs-tag --hold "$one" "$two"
bs-tag "$one" "$two" > shown
grep -q "^$one  hold  own,new  ask Ann\\\\nfirst$" shown || fail "$(cat shown)"
bs-ls -h | grep -q "^$two .*complete, hold$" || fail "$(bs-ls -h)"
bs-tag --json "$two" | grep -qx "{\"name\":\"$two\",\"hold\":true,\"tags\":\[\]}" || fail "$(bs-tag --json "$two")"
[ "$(bs-ls --tag new | awk '{ print $1 }')" = "$one" ] || fail "$(bs-ls --tag new)"
[ -z "$(bs-ls --tag other)" ] || fail "a tag that was removed is found"

# A dry run shows, and changes nothing; names from a listing.
bs-ls | bs-tag -n --release --clear - > shown
grep -q "^$one  -     -     ask" shown || fail "$(cat shown)"
json "$one" | grep -q '"hold":true' || fail "a dry run has changed something"
[ "$(bs-ls | bs-tag --release --clear --note '' -)" = 'set for 2 savesets: tags, no note, no hold' ] || fail "another sentence"
json "$one" | grep -Eq '"(tags|note|hold)"' && fail "$(json "$one")"
[ "$(sha256sum repository/savesets/web/*)" = "$sums" ] || fail "a saveset has changed"
[ "$(find repository/tags -type f | wc -l)" -eq 2 ] || fail "$(find repository/tags)"

# What cannot be: status 64, and nothing is written.
for option in '--add a,b' '--add=' '--hold --release' "--note $(printf 'n%.0s' {1..4097})"; do
  # shellcheck disable=SC2086 # words
  expect_status 64 bs-tag $option "$one" 2> /dev/null
done
expect_status 64 bs-tag --add x
expect_status 66 bs-tag --add x web@20200101
mapfile -t many < <(printf -- '--add=t%s\n' {1..101})
expect_status 64 bs-tag "$one" "${many[@]}"
expect_good

# Tags that are damaged: the saveset is on hold until they are set anew, and after that until it is released.
one_copy "$(find repository/tags -name '20260101*')"
printf x | dd of="$(find repository/tags -name '20260101*')" bs=1 seek=50 conv=notrunc status=none
expect_status 65 bs-ls > /dev/null 2> said
expect_text 'does not match its checksum' cat said
expect_status 65 bs-expire -n --keep-last 1 > table 2> /dev/null
grep -q "^$one .*stays  *its tags cannot be read$" table || fail "$(cat table)"
expect_status 65 bs-tag --add x "$one" > /dev/null 2>&1
bs-expire -n --keep-last 1 > table
grep -q "^$one .*stays  *hold$" table || fail "$(cat table)"
bs-tag --release "$one"
bs-expire --keep-last 1 > said
expect_text '1 saveset expired; 1 stay' cat said
