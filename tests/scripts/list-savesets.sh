# The list of savesets: columns without blanks, in order of time, chosen by host, subset and completeness, as text and as JSON; the sums of a save; names of
# subsets of any kind, and files that are called like parts of a repository.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p tree/packs/ab tree/index tree/tmp tree/savesets/h "tree/+sub" tree/%2E
echo 1 > tree/files.db
echo 2 > tree/entries
echo 3 > tree/backshift.old
echo 4 > tree/savesets/h/20260101T000000Z
echo 5 > tree/packs/ab/abcdefabcdefabcdefabcdefabcdefab
head -c 2000000 /dev/zero | tr '\0' x > tree/plain
"$PYTHON" -c 'import socket; socket.socket(socket.AF_UNIX).bind("tree/socket")'

# The sums of a save, stage by stage.
(cd tree && bs-walk -v --host h . | bs-chunk | bs-store -v --time 2026-01-02T00:00:00Z) > name 2> said
grep -qx 'bs-walk: 15 entries, 2000010 bytes, 0 problems, 0 left out, 1 sockets skipped' said || { cat said; fail "the sum of bs-walk"; }
grep -qxE 'bs-store: saved h@20260102T000000Z: 6 files, 2\.0 MB; [0-9.]+ kB new, [0-9.]+ k?B stored, in [0-9.]+ s' said ||
  { cat said; fail "the sum of bs-store"; }
expect_saved h@latest tree

# Subsets with capitals, underscores, slashes and other letters; hosts that sort otherwise than times.
save_as() { (cd tree && bs-walk --host "$1" ${2:+--subset "$2"} . | bs-chunk | bs-store --time "$3") > name; }
number=3
for subset in Music under_score with/slash ünïcode 'a b' ..; do
  save_as z "$subset" "2026-01-0${number}T00:00:00Z"
  [ "$(bs-ls --subset "$subset" | wc -l)" -eq 1 ] || fail "the subset $subset"
  expect_saved "z/$subset@latest" tree
  number=$((number + 1))
done
for wrong in '' 'with@at' $'line\nfeed'; do
  expect_status 64 sh -c "cd tree && bs-walk . | bs-chunk | bs-store --host z --subset \"\$0\"" "$wrong" 2> said
done
save_as a '' 2026-01-09T00:00:00Z
(cd tree && bs-walk --host a . | bs-chunk) | head -c 1500 | bs-store --time 2026-01-01T00:00:00Z > name 2> said && fail "a cut stream was stored as whole"

# Text: eight columns, in order of the start, whatever the host.
bs-ls > list
[ "$(wc -l < list)" -eq 9 ] || { cat list; fail "savesets are missing"; }
awk 'NF != 8 || $2 !~ /^(in)?complete$/ || $3 !~ /^[0-9-]+T[0-9:]+Z$/ || $4 !~ /^[0-9-]+T[0-9:]+Z$/ || $5$6$7$8 !~ /^[0-9]+$/ { print; bad = 1 }
  END { exit bad }' list || fail "columns"
awk '{ print $3 }' list | sort -c || fail "not in order"
[ "$(awk '{ print $1 }' list | head -n 1)" = a@20260101T000000Z ] || fail "the oldest is not first"
grep -qF 'z/a\x20b@20260107T000000Z ' list || { cat list; fail "a blank in a name"; }

# Choosing.
[ "$(bs-ls --host z | wc -l)" -eq 6 ] || fail "--host"
[ "$(bs-ls --host a --complete | awk '{ print $1 }')" = a@20260109T000000Z ] || fail "--complete"
[ -z "$(bs-ls --host nobody)" ] || fail "a host that is not there"

# By time: any beginning of one, and what begins with the last is listed too.
expect_names() {
  local names
  names=$(bs-ls "${@:2}" | awk '{ print $1 }' | tr '\n' ' ')
  [ "$names" = "$1" ] || fail "bs-ls ${*:2}: $names"
}
expect_names 'h@20260102T000000Z z/Music@20260103T000000Z ' --since 2026-01-02 --until 20260103
expect_names 'a@20260109T000000Z ' --since 2026-01-08T00:00:01Z
expect_names 'a@20260101T000000Z ' --until @1767225600
expect_names 'z/with/slash@20260105T000000Z ' --host z --since 2026-01-05 --until 2026-01-05T23
expect_names '' --host z --since 2h --until 2099
expect_status 64 bs-ls --since yesterday 2> said
grep -q 'not a time such as' said || { cat said; fail "a time that is none"; }
expect_status 64 bs-ls --until 2026 h@latest 2> said

# What a filter leaves out is not read: a saveset of another host that is damaged is of no concern.
mkdir -p "$BACKSHIFT_REPOSITORY/savesets/broken"
echo nonsense > "$BACKSHIFT_REPOSITORY/savesets/broken/20260601T000000Z"
expect_status 65 bs-ls > /dev/null 2> said
expect_status 0 bs-ls --host a > /dev/null
expect_status 0 bs-ls --subset Music > /dev/null
expect_status 0 bs-ls --until 2026-05 > /dev/null
rm -r "$BACKSHIFT_REPOSITORY/savesets/broken"

# JSON says the same, and why one is incomplete.
bs-ls --json > json
"$PYTHON" - << 'END' || fail "JSON and text differ"
import json
rows = [line.split() for line in open("list", encoding="utf-8")]
objects = [json.loads(line) for line in open("json", encoding="utf-8")]
assert len(rows) == len(objects)
for row, o in zip(rows, objects):
    assert row[0] == o["name"].replace(" ", "\\x20"), (row, o)
    assert (row[1] == "complete") == o["complete"]
    assert [int(n) for n in row[4:]] == [o["entries"], o["bytes"], o["problems"], o["added"]], (row, o)
    assert o["started"].startswith(row[2][:-1]) and o["finished"].startswith(row[3][:-1])
    assert o["complete"] or "stops" in o["reason"], o
    assert o["host"] + ("/" + o["subset"] if "subset" in o else "") == o["name"].split("@")[0]
END

# An earlier saveset does not pass for a later one that cannot be read.
export BACKSHIFT_REPOSITORY=$TMP/lost
bs-init --plain
mkdir versions
echo old > versions/file
old=$(save h versions --time 2026-01-01T00:00:00Z)
echo new > versions/file
save h versions --time 2026-01-02T00:00:00Z > /dev/null
one_copy lost/savesets/h/20260102T000000Z
printf x | dd of=lost/savesets/h/20260102T000000Z bs=1 seek=40 conv=notrunc status=none
for program in "bs-cat h@latest file" "bs-ls h@latest" "bs-tar @latest" "bs-read h@latest" "bs-diff h@latest -" "bs-cat h@2026 file"; do
  expect_status 65 $program < /dev/null > out 2> said
  [ ! -s out ] || fail "$program wrote something"
  grep -q 'may be savesets/h/20260102T000000Z' said || { cat said; fail "$program does not say which saveset is lost"; }
done
[ "$(bs-cat "$old" file 2> /dev/null)" = old ] || fail "the earlier one cannot be named"
