# bs-expire: the table of a dry run says why each saveset stays or goes, by the time at which it was received and by the calendar of a time zone; what is
# done is what the table said. The last complete saveset goes by no rule, a hold keeps one, names come from a listing, an undo brings them back, and a copy
# without times is refused.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain
mkdir tree
echo hello > tree/hello
(cd tree && bs-walk . | bs-chunk) > stream

# saved HOST TIME [OPTION…]: a saveset that began then, and that the repository received then.
saved() {
  local host=$1 time=$2
  shift 2
  bs-store --host "$host" --time "$time" "$@" < stream > name
  find repository/savesets/"$host" -name "$(sed 's/.*@//' name)" -exec touch -d "$time" {} +
}
# what SAVESET-PREFIX: the lines of the table that begin so, without the blanks that align it.
what() { grep "^$1" table | sed -E 's/ {2,}/|/g'; }

# 40 days.
for ((day = 0; day < 40; day++)); do
  saved web "$(date -u -d "2025-10-01T10:00:00Z $day days" +%Y-%m-%dT%H:%M:%SZ)"
done
bs-expire -n --keep-last 2 --keep-daily 7 --keep-weekly 3 --keep-monthly 2 --time-zone UTC > table
head -n 1 table | grep -q 'RECEIVED (UTC)' || fail "no time zone in the heading: $(head -n 1 table)"
why='last complete, last 1 of 2, daily 1 of 7, weekly 1 of 3, monthly 1 of 2'
[ "$(what web@20251109T100000Z)" = "web@20251109T100000Z|2025-11-09 10:00|stays|$why" ] || fail "$(what web@20251109)"
[ "$(what web@20251108T100000Z)" = 'web@20251108T100000Z|2025-11-08 10:00|stays|last 2 of 2, daily 2 of 7' ] || fail "$(what web@20251108)"
[ "$(what web@20251102T100000Z)" = 'web@20251102T100000Z|2025-11-02 10:00|stays|weekly 2 of 3' ] || fail "$(what web@20251102)"
[ "$(what web@20251031T100000Z)" = 'web@20251031T100000Z|2025-10-31 10:00|stays|monthly 2 of 2' ] || fail "$(what web@20251031)"
[ "$(what web@20251030T100000Z)" = 'web@20251030T100000Z|2025-10-30 10:00|goes|no rule keeps it' ] || fail "$(what web@20251030)"
tail -n 1 table | grep -q '^30 savesets would be expired; 10 stay$' || fail "$(tail -n 1 table)"
[ "$(bs-ls | wc -l)" -eq 40 ] || fail "a dry run has changed something"
awk '$4 == "stays" { print $1 }' table > stay
bs-expire --keep-last 2 --keep-daily 7 --keep-weekly 3 --keep-monthly 2 --time-zone UTC > said
expect_text '30 savesets expired; 10 stay' cat said
bs-ls | awk '{ print $1 }' > listed
expect_same stay listed
expect_good
expect_saved web@latest tree
[ "$(bs-ls --expired | wc -l)" -eq 30 ] || fail "$(bs-ls --expired)"

# An undo brings one back, as old as it was; twice is an error.
bs-expire --undo web@20251030
touch -d 2026-01-01 repository/savesets/web/20251030T100000Z # whatever its file says now
bs-expire -n --json --keep-daily 1 | grep '"web@20251030T100000Z"' | grep -q '"received":"2025-10-30T10:00:00' || fail "it is not as old as it was"
expect_saved web@20251030 tree
expect_status 66 bs-expire --undo web@20251030

# Time zones, around the end of summer time in Berlin: 00:30, 02:30 twice, and 00:30 of the next day.
for time in 2025-10-25T22:30:00Z 2025-10-26T00:30:00Z 2025-10-26T01:30:00Z 2025-10-26T23:30:00Z; do saved dst "$time"; done
bs-expire -n --host dst --keep-daily 2 --time-zone Europe/Berlin > table
[ "$(awk '/ stays / { print $1 }' table | tr '\n' ' ')" = 'dst@20251026T013000Z dst@20251026T233000Z ' ] || fail "$(cat table)"
bs-expire -n --host dst --keep-daily 2 --time-zone UTC > table
[ "$(awk '/ stays / { print $1 }' table | tr '\n' ' ')" = 'dst@20251025T223000Z dst@20251026T233000Z ' ] || fail "$(cat table)"
bs-expire -n --host dst --keep-hourly 4 --time-zone Europe/Berlin > table
[ "$(grep -c ' stays ' table)" -eq 4 ] || fail "$(cat table)"
expect_text 'not in the system' bs-expire -n --keep-daily 1 --time-zone Nowhere/There
expect_status 64 bs-expire -n --keep-daily 1 --time-zone Nowhere/There

# No rule, no expiry; and the last complete one stays, however old it is.
expect_status 64 bs-expire
expect_text 'no rule says what to keep' bs-expire
bs-expire --host dst --metadata-older-than 1d > said
expect_text '3 savesets expired; 1 stay' cat said
expect_status 0 bs-ls dst@latest
expect_status 3 bs-expire dst@latest
expect_text 'is the last complete saveset' bs-expire dst@latest
bs-expire --last dst@latest
expect_status 66 bs-ls dst@latest
bs-expire --undo dst@20251026T233000Z

# A hold: neither a rule nor a name.
bs-tag --hold --note 'for the auditor' web@20251102
bs-expire -n --host web --keep-last 1 > table
[ "$(what web@20251102T100000Z)" = 'web@20251102T100000Z|2025-11-02 10:00|stays|hold' ] || fail "$(what web@20251102)"
expect_status 3 bs-expire web@20251102
expect_text 'is on hold' bs-expire web@20251102
bs-tag --release web@20251102

# Names from a listing, those on hold apart; names with blanks too.
saved web 2024-01-01T00:00:00Z --subset 'a b'
saved web 2024-01-02T00:00:00Z --subset 'a b'
bs-ls | grep @20251 | grep web@ > lines
bs-tag --hold web@20251031
expect_status 3 bs-expire - < lines 2> said
expect_text 'web@20251031T100000Z: is on hold' cat said
[ "$(bs-ls --host web | grep web@ | awk '{ printf "%s ", $1 }')" = 'web@20251031T100000Z web@20251109T100000Z ' ] || fail "$(bs-ls)"
bs-ls | grep 'a.x20b@20240101' | bs-expire -
[ "$(bs-ls --host web --subset 'a b' | wc -l)" -eq 1 ] || fail "$(bs-ls)"
expect_status 66 sh -c 'echo web@20200101T000000Z | bs-expire -'
[ "$(bs-expire - < /dev/null)" = '0 savesets expired; 0 stay' ] || fail "no names at all"

# Incomplete savesets go once a newer complete one is there, and stay if asked to.
head -c -10 stream | bs-store --host cut --time 2025-01-01T00:00:00Z > /dev/null 2>&1 || true
[ "$(bs-ls --host cut | awk '{ print $2 }')" = incomplete ] || fail "$(bs-ls --host cut)"
bs-expire --host cut --keep-last 1 | grep -q '^0 savesets expired; 1 stay$' || fail "it went without a newer one"
bs-store --host cut < stream > /dev/null
bs-expire --host cut --keep-last 1 --keep-incomplete | grep -q '^0 savesets expired; 2 stay$' || fail "it went against --keep-incomplete"
bs-expire -n --host cut --keep-last 1 | grep -q 'goes .*is complete and newer$' || fail "$(bs-expire -n --host cut --keep-last 1)"
bs-expire --host cut --keep-last 1 | grep -q '^1 saveset expired; 1 stay$' || fail "it stays"

# What a killed save leaves: a checkpoint goes like any incomplete one, and comes back; one for which another saveset stands is deleted.
mkdir large
head -c 2000000 /dev/urandom > large/a
head -c 2000000 /dev/urandom > large/b
(cd large && bs-walk . | bs-chunk) > large-stream
mkfifo feed
bs-store --host killed < feed > /dev/null 2>&1 & store=$!
exec 7> feed
head -c -10 large-stream >&7 # more than a pipe holds: it is being read
kill -USR1 $store
for ((i = 0; i < 400; i++)); do
  [ -z "$(find repository/savesets/killed -name '*~*' 2> /dev/null)" ] || break
  sleep 0.05
done
kill -9 $store
exec 7>&-
wait $store 2> /dev/null || true
checkpoint=$(bs-ls --host killed | awk '{ print $1 }')
[[ $checkpoint == killed@*~* ]] || fail "no checkpoint: $(bs-ls --host killed)"
save killed large > /dev/null
bs-expire --host killed --keep-last 1 | grep -q '^1 saveset expired; 1 stay$' || fail "$(bs-expire -n --host killed --keep-last 1)"
bs-expire --undo "$checkpoint"
[ "$(bs-ls --host killed | wc -l)" -eq 2 ] || fail "$(bs-ls --host killed)"
bs-store --host killed < large-stream > /dev/null # the same save: its checkpoint is not listed any more
[ -n "$(find repository/savesets/killed -name '*~*')" ] || fail "nothing is left to delete"
bs-expire --host killed --keep-last 5 | grep -q '^0 savesets, 1 replaced checkpoint expired; 2 stay$' || fail "another sentence"
[ -z "$(find repository/savesets/killed -name '*~*')" ] || fail "a replaced checkpoint is left"
expect_good

# A copy without the times of files: everything was received today. That is refused for that host; the others go on.
bs-init --plain other
for day in 01 02 03; do BACKSHIFT_REPOSITORY=other bs-store --host old --time 2025-01-${day}T00:00:00Z < stream > /dev/null; done
find other/savesets -type f -exec touch -d '+3 days' {} +
BACKSHIFT_REPOSITORY=other bs-store --host fresh < stream > /dev/null
expect_status 3 bs-expire -r other --keep-daily 1 > said 2>&1
expect_text 'old: 3 savesets were received more than a day after they were finished' cat said
[ "$(bs-ls -r other --host old | wc -l)" -eq 3 ] || fail "a saveset of a copy went"
bs-expire -r other --keep-daily 1 --by started > said
expect_text '2 savesets expired' cat said

# A saveset that cannot be read stays, is reported, and makes no other go.
one_copy "$(find other/savesets/old -type f)"
printf x | dd of="$(find other/savesets/old -type f)" bs=1 seek=50 conv=notrunc status=none
expect_status 65 bs-expire -r other --keep-last 1 2> said
expect_text 'does not match its checksum' cat said
