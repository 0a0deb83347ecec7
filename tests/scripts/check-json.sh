# bs-check --json writes each finding and then the counts, one JSON object a line, and --sample reads a part of the data that follows from the date: on as many
# days as there are parts, all of it. A part in which nothing is damaged is no damage; the day that comes to it finds it.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain
mkdir tree
for n in 1 2 3; do
  head -c 200000 /dev/urandom > "tree/file-$n"
  save h tree --time "2026010${n}T000000Z" > name
done

json() { "$PYTHON" -c "import json, sys; lines = [json.loads(line) for line in sys.stdin]; $1"; }
bs-check --json --read-data | json '
assert len(lines) == 1 and lines[0]["damage"] == 0 and lines[0]["savesets"] == 3, lines
assert lines[0]["packs_read"] == lines[0]["packs"]'
bs-check --json | json 'assert lines[0]["packs_read"] == 0 and lines[0]["bytes_read"] == 0 and "part" not in lines[0], lines'

# A block of file-2 alone.
pack=$(find repository/packs -type f -newermt 2000-01-01 -size +150k | head -1)
printf 'ROT' | dd of="$pack" bs=1 seek=60 conv=notrunc status=none
expect_status 65 bs-check --json --read-data > lines 2> said
json '
assert lines[-1]["damage"] == len([line for line in lines if line.get("damage") is True]), lines
block = [line for line in lines if line.get("finding") == "block-damaged"]
assert len(block) == 1 and block[0]["pack"] == "'"${pack##*/}"'", lines
lost = [line for line in lines if line.get("finding") == "chunk-missing"]
assert lost and all(line["saveset"].startswith("h@") and line["path"].startswith("file-") and len(line["chunk"]) == 48 for line in lost), lines
assert all(line["text"] for line in lines[:-1])
' < lines
! grep -q 'does not match' said || { cat said; fail "findings are written twice"; }

# Recorded, if asked: also what was found, and what a report makes of it.
[ ! -e repository/checks ] || fail "a check is recorded that was not to be"
bs-check --record > /dev/null
expect_status 65 bs-check --record --read-data > /dev/null 2>&1
[ "$(find repository/checks -type f | wc -l)" -eq 1 ] || fail "not one record"
bs-stat --prometheus 2> /dev/null > metrics || true
grep -qx 'backshift_last_check_damage [1-9][0-9]*' metrics || { cat metrics; fail "the damage is no metric"; }
[ $(($(date +%s) - $(sed -n 's/^backshift_last_check_timestamp_seconds //p' metrics))) -lt 600 ] || { cat metrics; fail "the time of the check"; }
bs-report > page.html 2> /dev/null || true
grep -q 'all data, .*[1-9][0-9]* damaged</span>' page.html || { cat page.html; fail "the report does not say what the check found"; }
grep -q 'All of the data was read since' page.html || fail "the report does not say how much was read"

# Without a clock of its own, the date is that of the machine: the parts of a share are all that there are.
for share in 0 101% x -1; do expect_status 64 bs-check --sample "$share" 2> /dev/null; done
expect_status 64 bs-check --sample 1% --read-data 2> /dev/null
expect_status 65 bs-check --sample 100% > /dev/null 2>&1
bs-check --sample 20% > summary 2> said || true
grep -q 'part [1-5] of 5 of the data' summary || { cat summary; fail "the part is not named"; }
command -v faketime > /dev/null || exit 0
found=0
for day in 01 02 03 04 05; do
  status=0
  faketime "2026-02-$day 12:00:00" bs-check --sample 20% > summary 2> /dev/null || status=$?
  case $status in 0) ;; 65) found=$((found + 1)) ;; *) fail "status $status" ;; esac
done
[ $found -eq 1 ] || fail "$found of 5 days find the damage"
