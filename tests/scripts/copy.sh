# bs-copy: savesets go into another repository of the same key domain, plain and encrypted, to a server that allows only saving, out of one that was
# collected and has deltas; tags and names that were given later follow; a damaged pack costs the savesets that need it, and no others; killed at each kind of
# call, the next run finishes.
# only: bin
# timeout: 600
# takes: 40
. "${0%/*}/lib.sh"
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
printf 'correct horse battery staple\n' > passphrase

size() { du -sb "$1/packs" | cut -f1; }
count() { "$PYTHON" -c 'import json, sys; print(json.load(open("summary"))[sys.argv[1]])' "$1"; }
copy() { bs-copy --json "$@" > summary 2> said || { local status=$?; cat summary said; fail "bs-copy $* ends with $status"; }; expect_empty said; }
savesets() { (cd "$1" && find savesets -type f -exec sha256sum {} + | sort); }
# change SEED: a version of tree/f that differs from the one before by three tenths of each kilobyte, so that its chunks are stored as deltas.
change() {
  "$PYTHON" - "$1" << 'P'
import random, sys
r = random.Random(int(sys.argv[1]))
b = bytearray(open("tree/f", "rb").read())
for at in range(0, len(b) - 1000, 1000):
    at += r.randrange(700)
    b[at:at + 300] = r.randbytes(300)
open("tree/f", "wb").write(b)
P
}
# good REPOSITORY: it is whole, and each saveset restores what was saved.
good() {
  local version
  BACKSHIFT_REPOSITORY=$1 expect_good --read-data
  for version in versions/*; do
    BACKSHIFT_REPOSITORY=$1 expect_saved "h@${version#*/}" "$version"
  done
}
# only packs, runs and so on that the two have, byte for byte: every saveset, and packs of the same names.
alike() {
  [ "$(savesets "$1")" = "$(savesets "$2")" ] || fail "the savesets of $1 and $2 differ"
}

# round OPTION…: all that is done with plain repositories and with encrypted ones. Options are for bs-init.
round() {
  local day before
  rm -rf source replica tree versions remote
  bs-init "$@" source
  export BACKSHIFT_REPOSITORY=$work/source
  mkdir tree versions
  head -c 600000 /dev/urandom > tree/f
  seq 20000 > tree/numbers
  ln tree/numbers tree/hard
  for day in 1 2 3; do
    [ "$day" -eq 1 ] || change "$day"
    save h tree --time "2026010${day}T000000Z" --tag "day$day" > /dev/null
    cp -a tree "versions/2026010$day"
  done
  bs-tag --hold h@20260102 > /dev/null

  # A replica has the same settings and the same key, and every saveset with its tags.
  bs-init --like source replica
  expect_status 73 bs-init --like source replica 2> said
  cmp source/backshift replica/backshift
  [ "$(bs-copy -n source replica | wc -l)" -eq 4 ] || fail "a dry run: $(bs-copy -n source replica)"
  [ ! -d replica/packs ] || fail "a dry run has copied something"
  copy source replica
  [ "$(count savesets)$(count present)$(count block_bytes)$(count faults)" = 3000 ] || fail "$(cat summary)"
  [ "$(count pack_bytes)" -eq "$(find source/packs -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')" ] || fail "$(cat summary)"
  alike source replica
  good replica
  [ "$(bs-ls --json -r source | cut -d, -f1-9)" = "$(bs-ls --json -r replica | cut -d, -f1-9)" ] || fail "other tags"
  bs-ls --json -r replica | grep h@20260102 | grep -q '"hold":true' || fail "the hold did not go along"

  # Nothing is to be copied.
  find replica -type f -newermt '1 hour ago' | sort > before
  copy source replica
  [ "$(count savesets)$(count present)$(count pack_bytes)" = 030 ] || fail "$(cat summary)"
  find replica -type f | sort > after
  cmp before after || fail "something was written"

  # One more, to a server that allows only saving, from one that allows only reading.
  change 4
  save h tree --time 20260104T000000Z > /dev/null
  cp -a tree versions/20260104
  before=$(size replica)
  expect_status 77 bs-copy source "exec:bs-serve --read-only $work/replica" 2> said
  bs-copy "exec:bs-serve --read-only $work/source" "exec:bs-serve --append-only $work/replica" > summary 2> said || { cat said; fail "status $?"; }
  grep -q '^1 saveset copied: .*; 3 there already$' summary || fail "$(cat summary)"
  grep -q 'tags, notes and holds are not copied' said || fail "$(cat said)"
  alike source replica
  good replica
  [ "$(size replica)" -lt $((before + 400000)) ] || fail "$before bytes before, $(size replica) after: more than a version was copied"

  # What one of them collects, the other keeps; and collected, copied and collected once more, all is there.
  bs-collect --max-unused 0 replica > /dev/null
  good replica
  bs-expire --last -r source h@20260101 > /dev/null
  bs-collect --max-unused 0 source > /dev/null
  rm -rf versions/20260101 other
  bs-init --like source other
  copy source other
  [ "$(count savesets)" -eq 3 ] || fail "$(cat summary)"
  alike source other
  good other
  good replica
  bs-collect --max-unused 0 other > /dev/null
  bs-collect --by-lists other > summary || { cat summary; fail "by lists: status $?"; }
  good other

  # Compressed once more here, and copied with half of it there: new packs, and a record of where the chunks are that savesets name.
  bs-expire --last -r other h@20260103 > /dev/null
  bs-collect other > /dev/null
  bs-collect --recompress zstd:19 source > /dev/null
  expect_text '1 saveset copied' bs-copy source other h@20260103
  good other
  bs-collect --by-lists other > /dev/null
  bs-collect --max-unused 0 other > /dev/null
  good other

  # One that was expired there comes back only by its name.
  bs-expire --last -r other h@20260102 2> said && fail "a hold did not go along"
  bs-expire --last -r other h@20260103 > /dev/null
  expect_text '1 expired there, and not copied' bs-copy source other
  copy source other h@20260103
  alike source other
  bs-expire --undo -r other h@20260103 2> /dev/null && fail "it is among the expired ones still"
  good other
}
round --plain
export BACKSHIFT_PASSPHRASE_FILE=$work/passphrase
round --parity 5%
[ -n "$(find other/parity -type f)" ] || fail "packs were copied without parity"

# Another key, or none: refused, with a word on what to do.
bs-init stranger
BACKSHIFT_PASSPHRASE_FILE='' bs-init --plain bare
expect_status 65 bs-copy source stranger 2> said
grep -q 'are encrypted with different keys' said && grep -q 'bs-read -r source SAVESET | bs-store -r stranger' said || fail "$(cat said)"
unset BACKSHIFT_PASSPHRASE_FILE
bs-init --plain --average 64K coarse
expect_status 65 bs-copy bare coarse 2> said
grep -q 'cut files differently' said || fail "$(cat said)"
expect_status 64 bs-init --like bare --average 64K new
expect_status 64 bs-copy --newer bare coarse h@latest
expect_status 66 bs-copy bare nowhere

# Keys that may not read everything are not enough.
export BACKSHIFT_PASSPHRASE_FILE=$work/passphrase
bs-key -r source collector > collecting.key
bs-key -r source host h > host.key
unset BACKSHIFT_PASSPHRASE_FILE
for key in collecting.key host.key; do
  BACKSHIFT_KEY_FILE=$work/$key expect_status 77 bs-copy source other 2> said
done

# What a host has saved that may only save is verified and stored anew, since nothing may rely on its packs.
head -c 100000 /dev/urandom > tree/more
BACKSHIFT_REPOSITORY=$work/source BACKSHIFT_KEY_FILE=$work/host.key XDG_STATE_HOME=$work/state save h tree --time 20260105T000000Z > /dev/null
cp -a tree versions/20260105
export BACKSHIFT_PASSPHRASE_FILE=$work/passphrase
copy source other
[ "$(count savesets)$(count packs)" = 10 ] || fail "$(cat summary)"
[ "$(count block_bytes)" -gt 100000 ] || fail "$(cat summary)"
alike source other
good other
bs-collect --by-lists other > /dev/null
bs-collect --max-unused 0 other > /dev/null
good other
unset BACKSHIFT_PASSPHRASE_FILE

# A damaged pack: the saveset that needs it is named, once, and the other is copied.
rm -rf source replica tree
bs-init --plain source
export BACKSHIFT_REPOSITORY=$work/source
mkdir tree
head -c 300000 /dev/urandom > tree/f
save a tree > first
ls source/packs/*/* > packs
head -c 300000 /dev/urandom > tree/f
save b tree > second
mkdir versions/first
for pack in source/packs/*/*; do
  grep -qxF "$pack" packs || [ "$(stat -c %s "$pack")" -lt 100000 ] || printf 'damage' | dd of="$pack" bs=1 seek=5000 conv=notrunc 2> /dev/null
done
bs-init --like source replica
expect_status 3 bs-copy source replica > summary 2> said
grep -q '^1 saveset copied: .*; 1 could not be copied$' summary || fail "$(cat summary)"
[ "$(grep -c "$(cat second): is not copied: pack [0-9a-f]*: chunk" said)" -eq 1 ] || fail "$(cat said)"
BACKSHIFT_REPOSITORY=$work/replica expect_good --read-data
BACKSHIFT_REPOSITORY=$work/replica bs-tar "$(cat first)" > /dev/null

# A pack of the replica that cannot be opened, which a saveset names: without the right to note where its chunks were copied to no saveset is published, since a
# collection that reads no trees would find that pack there, and delete the others.
rm -rf source replica
bs-init --plain source
export BACKSHIFT_REPOSITORY=$work/source
save h tree > first
bs-init --like source replica
copy source replica
for pack in replica/packs/*/*; do
  truncate -s 40 "$pack"
done
save h tree > second
expect_status 77 bs-copy source "exec:bs-serve --append-only $work/replica" > summary 2> said
grep -q 'this program may not write down where that is' said || fail "$(cat said)"
[ "$(bs-ls -r replica 2> /dev/null | wc -l)" -eq 1 ] || fail "the second saveset was published"
bs-copy source replica > summary 2> said || { cat said; fail "status $?"; }
bs-tar -r replica "$(cat second)" > /dev/null

# Killed at each kind of call: what is there is good, and the next run copies the rest.
need strace
kills=0
rm -rf source base tree versions
bs-init --plain source
export BACKSHIFT_REPOSITORY=$work/source
mkdir tree
head -c 400000 /dev/urandom > tree/f
save h tree --time 20260101T000000Z --tag word > /dev/null
change 2
save h tree --time 20260102T000000Z > /dev/null
bs-init --like source base
after() {
  BACKSHIFT_REPOSITORY=$work/repository expect_good || fail "$1"
  BACKSHIFT_REPOSITORY=$work/source bs-copy "$work/source" "$work/repository" > out 2> said || { cat said; fail "$1: the next run ended with $?"; }
  alike source repository
  BACKSHIFT_REPOSITORY=$work/repository expect_good --read-data || fail "$1, and after the next run"
  [ "$(size repository)" -eq "$(size source)" ] || fail "$1: $(size repository) bytes, not $(size source)"
}
kill_at_each_kind 0 bs-copy "$work/source" "$work/repository"
[ "$kills" -gt 15 ] || fail "only $kills kills"

# expect_said REPOSITORY SAVESET TEXT: what is said of it.
expect_said() {
  local said
  said=$(bs-tag -r "$1" --json "$2")
  [[ $said == *"$3"* ]] || fail "$1: $said"
}
# follow OPTION…: what is said of savesets later, and names that they get later, follow. Options are for bs-init.
follow() {
  rm -rf source replica tree
  bs-init "$@" source
  export BACKSHIFT_REPOSITORY=$work/source
  mkdir tree
  seq 5000 > tree/numbers
  save h tree --time 20260101T000000Z --tag first > /dev/null
  save h tree --time 20260102T000000Z > /dev/null
  bs-tag --hold --note theirs h@20260102 > /dev/null
  bs-init --like source replica
  copy source replica
  bs-tag -r replica --add own h@20260101 > /dev/null
  bs-tag -r replica --add own h@20260102 > /dev/null
  copy source replica
  [ "$(count tagged)$(count renamed)" = 00 ] || fail "$(cat summary)"
  bs-tag --add later --remove first h@20260101 > /dev/null
  bs-tag --release --note new h@20260102 > /dev/null
  copy source replica
  [ "$(count tagged)$(count savesets)$(count present)$(count faults)" = 2020 ] || fail "$(cat summary)"
  expect_said replica h@20260101 '"hold":false,"tags":["own","later"]'
  expect_said replica h@20260102 '"hold":false,"tags":["own"],"note":"new"'
  copy source replica
  [ "$(count tagged)" -eq 0 ] || fail "$(cat summary)"

  # Where only saving is allowed that is reported; with more rights, it follows.
  bs-tag --hold h@20260101 > /dev/null
  bs-copy source "exec:bs-serve --append-only $work/replica" > summary 2> said || { cat said; fail "status $?"; }
  [ "$(grep -c 'tags, notes and holds are not copied' said)" -eq 1 ] || fail "$(cat said)"
  expect_text '0 savesets copied; 2 there already; tags of 1 changed' bs-copy source replica
  bs-tag -r replica h@20260101 | grep -q hold || fail "the hold did not follow"

  # A new name: nothing is copied again, and the old one goes, with all that was said.
  rm -rf base
  cp -a replica base
  bs-rename h www > /dev/null
  expect_text '2 savesets copied; 2 renamed' bs-copy source replica
  alike source replica
  expect_said replica www@20260101 '"hold":true,"tags":["own","later"]'
  [ "$(find replica/tags -type f | wc -l)" -eq 2 ] || fail "tags of the old name are left: $(find replica/tags -type f)"
  copy source replica
  [ "$(count savesets)$(count present)$(count tagged)$(count renamed)" = 0200 ] || fail "$(cat summary)"
  BACKSHIFT_REPOSITORY=$work/replica expect_good --read-data
  BACKSHIFT_REPOSITORY=$work/replica expect_saved www@20260102 tree
}
unset BACKSHIFT_PASSPHRASE_FILE
follow --plain

# Killed at each kind of call while names and tags follow: what is there is good, each saveset has a name, and the next run finishes.
need strace
kills=0
bs-tag --add last www@20260101 > /dev/null
after() {
  [ "$(bs-ls -r repository | grep -c -e 20260101 -e 20260102)" -ge 2 ] || fail "$1: a saveset is gone"
  BACKSHIFT_REPOSITORY=$work/repository expect_good || fail "$1"
  bs-copy "$work/source" "$work/repository" > out 2> said || { cat said; fail "$1: the next run ended with $?"; }
  alike source repository
  expect_said repository www@20260101 '"hold":true,"tags":["own","later","last"]'
  [ -z "$(find repository/tags -path '*/h/*' -type f)" ] || fail "$1: tags are left: $(find repository/tags -type f)"
}
kill_at_each_kind 0 bs-copy "$work/source" "$work/repository"
[ "$kills" -gt 15 ] || fail "only $kills kills"
export BACKSHIFT_PASSPHRASE_FILE=$work/passphrase
follow
