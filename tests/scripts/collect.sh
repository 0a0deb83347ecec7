# bs-collect gives back the space of what no saveset needs, beside programs that run, and never at the cost of what a saveset needs.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain
mkdir tree
for n in 1 2 3 4 5 6; do head -c 400000 /dev/urandom > "tree/random-$n"; done
seq 1 300 | while read -r n; do seq "$n" $((n + 300)) > "tree/small-$n"; done
cp -a "$ROOT/man" tree/man
size() { du -sb repository/packs | cut -f1; }
left() { find "repository/$1" -type f | wc -l; }
collect() { bs-collect "$@" > summary 2> said || { cat summary said; fail "bs-collect $* ends with $?"; }; }
said_nothing() { expect_empty said; }

one=$(save h tree)
rm tree/random-[123] tree/man/bs-[a-m]*
touch tree/small-7
two=$(save h tree)
before=$(size)

# Nothing to do.
collect
said_nothing
grep -q '; 0 packs deleted, 0 B$' summary || { cat summary; fail "something was deleted"; }
expect_saved "$two" tree
[ "$(left settings)" -eq 1 ] || fail "no settings"

rm "repository/savesets/h/${one#h@}"
find repository -type f | sort > listed
collect --dry-run
find repository -type f | sort > after
expect_same listed after
grep -q ' would be won' summary || { cat summary; fail "a dry run tells nothing"; }
collect
said_nothing
[ $((before - $(size))) -gt 1100000 ] || fail "$before bytes before, $(size) after"
expect_saved "$two" tree
expect_good --read-data
[ "$(left condemned)$(left intents)$(left tmp)" = 000 ] || fail "something is left over"
collect --json
"$PYTHON" -c 'import json; counts = json.load(open("summary")); assert counts["deleted_packs"] == 0 and counts["savesets"] == 1, counts'

# A save that has begun is waited for, by the packs and by nobody else: it may refer to them.
cp -a tree other
head -c 500000 /dev/urandom > other/new
three=$(save h other)
rm other/new
(cd other && bs-walk . | bs-chunk) > stream
mkfifo pipe
bs-store --host slow < pipe > slow 2> slow.said &
slow=$!
exec 8> pipe
head -c 1000 stream >&8
for ((i = 0; i < 100; i++)); do
  [ "$(left intents)" -eq 0 ] || break
  sleep 0.1
done
[ "$(left intents)" -eq 1 ] || fail "the save does not announce itself"
rm "repository/savesets/h/${three#h@}"
before=$(size)
collect
grep -q 'waiting for save by process .* to end$' summary || { cat summary; fail "it does not wait"; }
grep -q "process $slow on " summary || { cat summary; fail "it waits for another"; }
[ "$(left condemned)" -eq 1 ] || fail "nothing is condemned"
save beside other > beside
expect_saved "$(cat beside)" other
tail -c +1001 stream >&8
exec 8>&-
wait $slow || { cat slow.said; fail "the save ends with $?"; }
expect_saved "$(cat slow)" other
collect
said_nothing
[ $((before - $(size))) -gt 400000 ] || fail "$before bytes before, $(size) after"
[ "$(left condemned)" -eq 0 ] || fail "the list is left"
expect_saved "$two" tree
expect_saved "$(cat slow)" other
expect_saved "$(cat beside)" other
expect_good --read-data

# One that was killed is not waited for. Its fence stays for a day.
bs-store --host slow < pipe > slow 2> slow.said &
slow=$!
exec 8> pipe
head -c 1000 stream >&8
for ((i = 0; i < 100; i++)); do
  [ "$(left intents)" -eq 0 ] || break
  sleep 0.1
done
kill -9 $slow
wait $slow 2> /dev/null || true
exec 8>&-
rm "repository/savesets/beside/$(sed 's/.*@//' beside)"
head -c 500000 /dev/urandom > other/new
three=$(save h other)
rm other/new "repository/savesets/h/${three#h@}"
collect
grep -q ' deleted' summary && ! grep -q waiting summary || { cat summary; fail "it waits for a dead program"; }
ls repository/intents > fences
grep -q '^[0-9a-f]\{32\}!$' fences && [ "$(wc -l < fences)" -eq 1 ] || { cat fences; fail "there is no fence"; }
touch -d '25 hours ago' repository/intents/*
collect
[ "$(left intents)" -eq 0 ] || fail "the fence stays for ever"

# bs-since announces itself too, and bs-save for all of its pipeline; afterwards nothing is left.
(cd tree && bs-save --host h .) > name 2> /dev/null
expect_saved "$(cat name)" tree
[ "$(left intents)" -eq 0 ] || { ls repository/intents; fail "bs-save leaves an intent"; }
(cd tree && bs-walk . | bs-since --host h | bs-chunk | bs-store --host h) > name
[ "$(left intents)" -eq 0 ] || fail "bs-since leaves an intent"
expect_saved "$(cat name)" tree

# What cannot be told is not done.
cp -a repository whole
saveset=$(find repository/savesets/slow -type f | head -n 1)
one_copy "$saveset"
printf X | dd of="$saveset" bs=1 seek=60 conv=notrunc status=none
expect_status 65 bs-collect > summary 2> said
grep -q 'nothing is deleted' said || { cat said; fail "no word of it"; }
collect_status=0
bs-collect --pass-over-unreadable > summary 2> said || collect_status=$?
[ $collect_status -eq 3 ] || fail "status $collect_status"
expect_saved "$two" tree
rm -rf repository
cp -a whole repository
rm -rf repository/savesets/*
expect_status 65 bs-collect > summary 2> said
grep -q -e '--everything' said || { cat said; fail "no word of --everything"; }
collect --everything
[ "$(left packs)" -eq 0 ] || fail "packs are left"
expect_status 66 bs-collect nowhere 2> /dev/null
