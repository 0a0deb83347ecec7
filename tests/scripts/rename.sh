# bs-rename: savesets of a host or subset get another name, list, restore and serve as bases under it, with their tags and holds, and say what they were
# called. It refuses
# a name that has savesets, unless they are to be joined.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain
mkdir tree
head -c 300000 /dev/urandom > tree/data
save old tree --time 2026-01-01T00:00:00Z > /dev/null
save old tree --time 2026-01-02T00:00:00Z > /dev/null
save old tree --subset part/b --time 2026-01-03T00:00:00Z > /dev/null
save other tree --time 2026-01-01T00:00:00Z > /dev/null
bs-tag --hold --add kept old@20260101
touch -d 2026-01-01 repository/savesets/old/20260101T000000Z

[ "$(bs-rename -n old new | tail -n 1)" = '3 savesets of old would be renamed to new' ] || fail "$(bs-rename -n old new)"
bs-rename -n old new | grep -qx 'old/part/b@20260103T000000Z new/part/b@20260103T000000Z' || fail "$(bs-rename -n old new)"
[ "$(bs-ls --host old | wc -l)" -eq 3 ] || fail "a dry run has changed something"
expect_status 73 bs-rename old other
expect_text 'there are savesets of other already' bs-rename old other
expect_status 64 bs-rename old old
expect_status 64 bs-rename old new/part
expect_status 64 bs-rename old localhost
expect_status 66 bs-rename nobody new

[ "$(bs-rename old new)" = '3 savesets of old renamed to new' ] || fail "another sentence"
[ -z "$(bs-ls --host old)" ] || fail "$(bs-ls)"
[ "$(bs-ls --host new | wc -l)" -eq 3 ] || fail "$(bs-ls)"
[ -z "$(find repository/savesets/old repository/tags/old -type f)" ] || fail "something of the old name is left"
bs-ls --json --host new | grep '"new@20260101' | grep '"tags":\["kept"\]' | grep '"hold":true' |
  grep '"renamed_from":"old"' | grep -q '"received":"2026-01-01' ||
  fail "$(bs-ls --json --host new)"
expect_saved new@20260102 tree
expect_saved new/part/b@latest tree
expect_good

# They are bases: nothing is read, nothing is stored, and the new saveset names one of them.
(cd tree && bs-walk . | bs-since --host new | bs-chunk | bs-store --host new) > name
bs-ls --json --host new | grep "\"name\":\"$(cat name)\"" | grep -q '"bases":\[.*"new@20260102T000000Z"' || fail "$(bs-ls --json --host new)"

# One subset becomes a host, and joins another one: a name that is taken gets more digits.
bs-rename new/part/b part
bs-ls part@20260103 > /dev/null
[ "$(bs-rename --join other new)" = '1 saveset of other renamed to new' ] || fail "another sentence"
bs-ls --host new | grep -q '^new@20260101T000000.000Z ' || fail "$(bs-ls)"
expect_saved new@20260101T000000.000Z tree
expect_good

# What was renamed is as old as it was: no copy without times, though its files are new.
bs-expire -n --host new --keep-last 1 > table
grep -q '^new@20260101T000000Z  *2026-01-01 00:00 .*hold$' table || fail "$(cat table)"
