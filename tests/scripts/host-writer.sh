# Hosts that were written from the page alone: what an honest one saves is read with the root key, and nothing that a hostile one makes is believed.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack :zstandard :cryptography
export PYTHONDONTWRITEBYTECODE=1
host() {
  "$PYTHON" "$ROOT/tests/formats/host_writer.py" "$@"
}
restore() {
  "$PYTHON" "$ROOT/examples/restore.py" "$@"
}
printf 'correct horse battery staple\n' > passphrase
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init repository
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r repository export > key
export BACKSHIFT_KEY_FILE=$TMP/key
for name in web db; do
  host make repository $name < key > $name.key
done
seq 20000 > numbers
head -c 8388608 /dev/urandom > noise
: > empty
echo hello > small

# With the root key everything is there again, whatever host and subset it is of.
web=$(host save web.key repository numbers noise empty)
host save web.key repository --subset=home small > /dev/null
db=$(host save db.key repository small numbers)
restore repository > list
[ "$(cut -d @ -f 1 list | sort | tr '\n' ' ')" = "db web web/home " ] || { cat list; fail "not these savesets"; }
restore repository web@ web 2> said
restore repository web/home restored-home
restore repository db restored-db
for file in numbers noise empty; do cmp $file web/$file; done
cmp small restored-home/small
cmp small restored-db/small
[ ! -s said ] || fail "said: $(cat said)"

# With a collecting key it is seen which packs each of them needs, all of these are there, and none of them can be opened; with the root key all could.
view() {
  "$PYTHON" "$ROOT/tests/formats/collector_view.py" "$@"
}
view --make repository < key > collecting.key
view repository collecting.key > seen 2> said
[ "$(cut -f 1,2 seen | sort | tr '\t\n' '/ ')" = "db/- web/- web/home " ] || { cat seen; fail "not these savesets"; }
cut -f 4 seen | tr ' ' '\n' | sort > needed
find repository/packs -type f -printf '%f\n' | sort > there
expect_same there needed
count=$(wc -l < there)
grep -q "^collector_view.py: $count packs, of which 0 were opened$" said || fail "said: $(cat said)"
view --root=key repository collecting.key > seen-again 2> said
grep -q "^collector_view.py: $count packs, of which $count were opened$" said || fail "said: $(cat said)"
expect_same seen seen-again
expect_status 65 view repository web.key > seen 2> said

# A host key is good for its own folder: not for that of another host, whatever its session says, and a saveset that was moved there is not of it either.
folder=$(basename "$(dirname "$db")")
[ "$(bs-key -r repository folder db)" = "$folder" ] || fail "the folder of db is not $folder"
expect_status 64 bs-key -r repository folder > out 2> said

# The folder that is named so is what a server shows a client of one host.
served="exec:$BIN/bs-serve --read-only --host $folder $TMP/repository"
[ "$(bs-ls -r "$served" | cut -d @ -f 1 | sort -u)" = db ] || fail "a server shows more than db: $(bs-ls -r "$served")"
# forged COMMAND…: one saveset more in that folder, which is refused with $word.
forged() {
  cp -r repository forged
  "$@" > /dev/null
  expect_status 65 restore forged > seen 2> said
  expect_same list seen
  grep -q "$word" said || fail "said: $(cat said)"
  rm -r forged
}
word='with the host key of another host'
forged host save web.key forged --folder="$folder" --host=db small
forged cp "repository/$web" "forged/${db%/*}/20200101T000000Z"
word='with another key'
forged host save web.key forged --folder="$folder" --host=db --claim small

# What only writers with the root key may make is refused without authority, though every writer has the key that it is encrypted with.
word='no more than a host key'
cp -r repository forged
host require web.key forged refs > /dev/null
expect_status 65 restore forged 2> said
grep -q "$word" said || fail "said: $(cat said)"
rm -r forged

# A pack that says that it has what it has not costs nothing where there is another copy, and is never restored.
host poison db.key repository numbers noise small > /dev/null
restore repository web@ again
for file in numbers noise; do cmp $file again/$file; done
expect_status 66 restore repository nobody none 2> said
head -c 5000 /dev/urandom > only
find repository/packs -type f | sort > before
web=$(host save web.key repository only)
name=web@${web##*/}
restore repository "$name" whole
cmp only whole/only
# Of its two packs the larger one has the content.
rm "$(find repository/packs -type f | sort | comm -13 before - | xargs ls -S | head -n 1)"
host poison db.key repository only > /dev/null
expect_status 65 restore repository "$name" broken 2> said
[ ! -e broken/only ] || fail "other bytes were restored"
grep -q 'does not match its digest' said || fail "said: $(cat said)"

# A host key of another repository opens nothing.
cp -r repository other
BACKSHIFT_PASSPHRASE_FILE=passphrase BACKSHIFT_KEY_FILE='' bs-init fresh
cp fresh/backshift other/backshift
expect_status 65 host save web.key other small 2> said
grep -q 'is the key for another repository' said || fail "said: $(cat said)"
