# What bs-ls, bs-diff and bs-store write on a terminal is for people: a header, aligned columns, short sizes, local times, totals. Into a pipe go exact columns,
# as ever. -h, --exact and --utc choose; a long listing takes bounded memory; the exact form looks up no time zone.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
terminal() {
  "$PYTHON" "$ROOT/tests/scripts/on-a-terminal.py" "$@"
}
bs-init --plain
mkdir -p tree/d
head -c 1700000 /dev/urandom > tree/d/large
echo 1 > tree/small
ln -s small tree/link
ln tree/small tree/twin
chmod 644 tree/d/large tree/small
chmod 755 tree tree/d
touch -d 2026-07-01T12:00:00Z tree/d/large
touch -d 2026-01-01T12:00:00Z tree/small
name=$(cd tree && bs-walk --host h . | bs-chunk | bs-store --time 2026-07-01T12:00:00Z)

# --- savesets
bs-ls > exact
grep -qxE 'h@20260701T120000Z complete 2026-07-01T12:00:00Z [0-9TZ:-]+ 6 1700002 0 [0-9]+' exact || { cat exact; fail "the exact columns"; }
terminal bs-ls > shown
[ "$(head -n 1 shown | tr -s ' ')" = "SAVESET STARTED (UTC) TOOK ENTRIES SIZE ADDED STATE" ] || { cat shown; fail "no header"; }
[ "$(sed -n 2p shown | awk '{ print $1, $2, $3, $5, $6, $8 }')" = "$name 2026-07-01 12:00 6 1.6M complete" ] || { cat shown; fail "not for people"; }
[ "$(wc -l < shown)" -eq 2 ] || { cat shown; fail "more than a header and a line"; }
bs-ls -h > human
expect_same human shown
terminal bs-ls --exact > shown
expect_same exact shown
bs-ls --utc > shown
expect_same exact shown
terminal bs-ls --json > shown
bs-ls --json > human
expect_same human shown

# --- entries
me=$(id -un) group=$(id -gn)
bs-ls -l "$name" > exact
grep -qE "^-rw-r--r-- +1 $me +$group +1700000 2026-07-01T12:00:00Z d/large\$" exact || { cat exact; fail "the exact columns"; }
terminal bs-ls -l "$name" > shown
[ "$(head -n 1 shown | tr -s ' ')" = "MODE LINKS OWNER GROUP SIZE MODIFIED (UTC) NAME" ] || { cat shown; fail "no header"; }
grep -qE "^-rw-r--r-- +1 +$me +$group +1\.6M  2026-07-01 12:00 +d/large\$" shown || { cat shown; fail "not for people"; }
[ "$(awk '{ print index($0, "2026-") }' shown | sort -u | grep -vc '^0$')" -eq 1 ] || { cat shown; fail "times are not below each other"; }
bs-ls -lh "$name" > human
expect_same human shown
terminal bs-ls -l --exact "$name" > shown
expect_same exact shown
terminal bs-ls -l0 "$name" | tr '\0' '\n' > shown
expect_same exact shown
terminal bs-ls "$name" > shown
bs-ls "$name" > human
expect_same human shown
bs-read "$name" | terminal bs-ls -l - > shown
grep -qE "1\.6M  2026-07-01 12:00 +d/large\$" shown || { cat shown; fail "a stream is not listed for people"; }

# --- time zones: summer and winter, a zone that is not known, none at all
if [ -e /usr/share/zoneinfo/Europe/Berlin ]; then
  TZ=Europe/Berlin terminal bs-ls -l "$name" > shown
  grep -q ' MODIFIED  ' shown && grep -q '2026-07-01 14:00  d/large' shown && grep -q '2026-01-01 13:00  small' shown ||
    { cat shown; fail "not the time of Berlin"; }
  TZ=Europe/Berlin bs-ls --full-time -h "$name" d/large > shown
  grep -q '2026-07-01 14:00:00.000000000 +0200  d/large' shown || { cat shown; fail "not the exact time of Berlin"; }
  TZ=Europe/Berlin bs-ls -h > shown
  grep -q "^$name  2026-07-01 14:00 " shown || { cat shown; fail "not the time of Berlin"; }
  TZ=Europe/Berlin terminal bs-ls -l --utc "$name" > shown
  grep -q 'MODIFIED (UTC)' shown && grep -q '2026-07-01 12:00 .* d/large' shown || { cat shown; fail "not UTC"; }
  TZ=Europe/Berlin bs-ls -l "$name" > shown
  expect_same exact shown
fi
TZ=Nowhere/Atall bs-ls -lh "$name" > shown
grep -q 'MODIFIED (UTC)' shown && grep -q '2026-07-01 12:00 .* d/large' shown || { cat shown; fail "an unknown zone is not UTC"; }

# --- what cannot be combined, and help as ever
expect_status 64 bs-ls -h --exact 2> said
grep -q '^bs-ls: -h cannot be combined with --exact or -0$' said || { cat said; fail "another word"; }
bs-ls --help | grep -qE '^  -h, --human-readable  ' || fail "--help does not name -h"

# --- totals of bs-diff
echo 2 > tree/small
touch tree/added
rm tree/link
later=$(cd tree && bs-walk --host h . | bs-chunk | bs-store --time 2026-07-02T12:00:00Z)
expect_status 1 bs-diff "$name" "$later" > exact
! grep -q 'added,' exact || fail "totals in a pipe"
expect_status 1 terminal bs-diff "$name" "$later" > shown
[ "$(tail -n 1 shown)" = "1 added, 3 changed, 1 removed" ] || { cat shown; fail "the totals"; }
expect_status 1 bs-diff --summary "$name" "$later" > human
expect_same shown human
sed '$d' shown | expect_same exact -
expect_status 1 terminal bs-diff --json "$name" "$later" > shown
expect_status 1 bs-diff --json "$name" "$later" > human
expect_same human shown
expect_status 1 terminal bs-diff -q "$name" "$later" > shown
expect_empty shown
terminal bs-diff "$name" "$name" > shown
[ "$(cat shown)" = "0 added, 0 changed, 0 removed" ] || { cat shown; fail "the totals of nothing"; }
expect_status 64 bs-diff --summary --json "$name" "$later" 2> said

# --- the last line of a save
(cd tree && bs-walk --host h . | bs-chunk | bs-store -v --time 2026-07-03T12:00:00Z) > saved 2> said
grep -qxE 'bs-store: saved h@20260703T120000Z: 3 files, 1\.7 MB; 0 B new, [0-9.]+ k?B stored, in [0-9.]+ s' said ||
  { cat said; fail "the last line of a save"; }

# --- 300,000 entries in bounded memory
cat > many.py << 'END'
import sys
import msgpack
write = lambda **record: sys.stdout.buffer.write(msgpack.packb(record))
write(kind="begin", version=1, host="h", started=msgpack.Timestamp(0, 0))
for n in range(300000):
    write(kind="entry", path=b"directory/%09d" % n, type="file", mode=0o644, uid=n, gid=n, size=n * n, mtime=msgpack.Timestamp(n * 1000, 0))
write(kind="end", entries=300000, bytes=0, problems=0)
END
if "$PYTHON" -c 'import msgpack' 2> /dev/null && [ -x /usr/bin/time ]; then
  "$PYTHON" many.py | /usr/bin/time -q -f %M -o peak bs-ls -lh - > listed
  [ "$(wc -l < listed)" -eq 300001 ] || fail "$(wc -l < listed) lines"
  [ "$(tail -n 1 peak)" -lt 100000 ] || fail "$(tail -n 1 peak) KiB for 300,000 entries"
fi

# --- the exact form looks up no time zone
if command -v strace > /dev/null && strace -f -qq -e trace=openat -o trace bs-ls > /dev/null 2>&1; then
  ! grep -q 'zoneinfo\|localtime' trace || { grep 'zoneinfo\|localtime' trace; fail "the exact form reads time zones"; }
  strace -f -qq -e trace=openat -o trace env TZ=Europe/Berlin bs-ls -h > /dev/null
  grep -q zoneinfo trace || fail "the trace shows nothing"
fi
