# Hosts that may only save: what they can do, what they cannot, and what one that lies can do to others.
# only: bin
# takes: 40
. "${0%/*}/lib.sh"
need jq :msgpack :zstandard :cryptography
export PYTHONDONTWRITEBYTECODE=1
printf 'correct horse battery staple\n' > passphrase
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init repository
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r repository export > key
for name in web db; do
  with key bs-key -r repository host $name > $name.key
done
expect_status 64 with key bs-key -r repository host 2> said
expect_status 64 with key bs-key -r repository host a/b 2> said

mkdir -p home/alice
echo "the quick brown fox is known plaintext" > home/alice/letter.txt
head -c 3000000 /dev/urandom > home/alice/photo
seq 200000 > home/alice/numbers
mkfifo home/fifo
mkdir out
# What was changed a moment ago is read again.
sleep 3

# It saves with the user's lines and with bs-save; nothing that is unchanged is read or stored again.
find home -print0 | with web.key bs-walk | with web.key bs-chunk -r repository | with web.key bs-store repository --host web > first
echo more >> home/alice/letter.txt
with web.key bs-save -v -r repository --host web home > second 2> said
grep -q '3 files, 2 of them unchanged' said || fail "said: $(cat said)"
with key bs-ls -r repository --json > listed
added=$(jq -s --arg name "$(cat second)" 'map(select(.name == $name))[0].added' listed)
[ "$added" -lt 10000 ] || fail "an unchanged tree was stored again: $added bytes"

# With the root key everything is there, and the chain of savesets is whole.
with key bs-check -r repository --read-data > checked
grep -q 'no damage' checked || fail "$(cat checked)"
with key bs-tar -r repository "$(cat second)" | tar df -
with key bs-tar -r repository "$(cat first)" | tar tf - > /dev/null
with key bs-read -r repository "$(cat second)" | with key bs-store repository --host copied > copied
with key bs-tar -r repository "$(cat copied)" | tar df -

# Nobody else can read: neither with the host key, nor with all that the host has.
for program in "bs-ls" "bs-ls $(cat second)" "bs-cat $(cat second) home/alice/letter.txt" "bs-tar $(cat second)" "bs-restore $(cat second) -C out" \
  "bs-read $(cat second)" "bs-find letter.txt" "bs-stat" "bs-report" "bs-check" "bs-collect" "bs-expire --keep-last 1" "bs-tag $(cat second)" \
  "bs-rename web other" "bs-parity" "bs-key export" "bs-key list" "bs-key unlock" "bs-key add" "bs-key host other" "bs-diff $(cat first) $(cat second)"; do
  set -- $program
  command=$1
  shift
  case $program in
  'bs-key list') expect_status 0 with web.key bs-key list -r repository > seen 2> said ;;
  *)
    expect_status 77 with web.key "$command" -r repository "$@" > seen 2> said
    grep -q 'is the key of host web, which can only save' said || fail "$program said: $(cat said)"
    [ ! -s seen ] || fail "$program printed: $(cat seen)"
    ;;
  esac
done
expect_status 77 with web.key bs-save -r repository --host db home > seen 2> said
grep -q 'is that of host web' said || fail "said: $(cat said)"
expect_status 77 with web.key bs-init other 2> said

# Its state has names and digests, and no content; only its owner may read it.
! grep -rq 'quick brown' state-web.key || fail "the state of the host has content"
[ "$(stat -c %a state-web.key/backshift/*/*)" = 700 ] || fail "others may read the state"
[ "$(du -sk state-web.key | cut -f 1)" -lt 300 ] || fail "the state of the host is large: $(du -sk state-web.key)"

# Without the state all is stored again, and nothing is lost; so it is where the state is damaged.
with web.key bs-save -r repository --host web --subset again home > third
rm -r state-web.key
with web.key bs-save -r repository --host web home > fourth
find state-web.key -path '*packs/*' -type f -exec truncate -s 70 {} +
with web.key bs-save -r repository --host web home > fifth 2> said
for name in third fourth fifth; do
  with key bs-tar -r repository "$(cat $name)" | tar df - || fail "$name differs"
done

# What another host has is not seen, and is stored again.
with db.key bs-save -r repository --host db home > db
with key bs-tar -r repository "$(cat db)" | tar df -

# Expired, collected and copied together, the rest stays, and so does what the hosts know.
with key bs-expire -r repository --last "$(cat first)" "$(cat third)" "$(cat fourth)"
with key bs-collect -r repository --max-unused 0% > seen
with key bs-check -r repository --read-data > checked || fail "$(cat checked)"
with web.key bs-save -r repository --host web home > sixth
with key bs-tar -r repository "$(cat sixth)" | tar df -
with key bs-check -r repository --read-data > checked || fail "$(cat checked)"

# A key that was stolen, and a host that lies. It says that it has chunks of others, now and in time to come, in packs with other bytes.
host() {
  "$PYTHON" "$ROOT/tests/formats/host_writer.py" "$@"
}
mkdir files
head -c 300000 /dev/urandom > files/saved
head -c 300000 /dev/urandom > files/later
with db.key bs-save -r repository --host db files > honest
# Chunks are found by what a reader with the root key sees: the digests of the files themselves, which are one chunk each.
host poison web.key repository files/saved files/later > /dev/null
for chunk in $(with key bs-read -r repository "$(cat honest)" --references | bs-json | jq -r 'select(.kind == "chunk") | "\(.digest):\(.size)"'); do
  host poison web.key repository "$chunk" > /dev/null
done
with key bs-tar -r repository "$(cat honest)" > tar 2> said
tar df tar || fail "what a liar says was restored"
with key bs-save -r repository --host admin files > admin
with db.key bs-save -r repository --host db --full files > later
for name in honest admin later; do
  with key bs-collect -r repository --max-unused 0% > seen 2> said || fail "collection: $(cat said)"
  with key bs-tar -r repository "$(cat $name)" > tar 2> said
  tar df tar || fail "$name: what a liar says took the place of the truth"
done
rm -r state-db.key
with key bs-expire -r repository --last "$(cat admin)"
with key bs-collect -r repository --max-unused 0% > seen 2> said
with key bs-tar -r repository "$(cat honest)" > tar 2> said
tar df tar || fail "a collection has believed a liar"

# It claims a chunk more often than a look-up returns, in a pack whose name comes first, and a collection has much to delete.
mkdir -p many
head -c 200 /dev/urandom > many/known
head -c 600000 /dev/urandom > many/large
with db.key bs-save -r repository --host db --subset many many > old
rm many/large
with db.key bs-save -r repository --host db --subset many many > new
chunk=$(with key bs-read -r repository "$(cat new)" --references | bs-json | jq -r 'select(.kind == "chunk") | "\(.digest):\(.size)"')
liar=$(host poison web.key repository --times=3000 "$chunk")
with key bs-save -r repository --host admin files > /dev/null
with key bs-expire -r repository "$(cat old)"
for _ in 1 2; do
  with key bs-collect -r repository > seen 2> said || [ $? -eq 3 ] || fail "collection: $(cat said)"
done
# A reader may give up for so many lies, which say what must go.
with key bs-tar -r repository "$(cat new)" > tar 2> said || grep -q "$liar" said || fail "said: $(cat said)"
rm "repository/packs/${liar:0:2}/$liar"
with key bs-tar -r repository "$(cat new)" > tar 2> said || fail "the last copy of a chunk was deleted: $(cat said)"
tar df tar || fail "what a liar says was restored"

# A chain of deltas that no reader follows costs a collection no more than a line.
rm -rf forged
cp -r repository forged
host chain web.key forged 100000 > /dev/null
status=0
with key bs-collect -r forged > seen 2> said || status=$?
[ $status -lt 70 ] || fail "status $status: $(tail -n 3 said)"
rm -r forged

# It condemns the packs of others: nothing is deleted for its sake, and it is named.
cp -r repository forged
packs=$(find forged/packs -type f -printf '%f\n')
# shellcheck disable=SC2086 # One word each.
host condemn web.key forged $packs > /dev/null
find forged/packs -type f | sort > before
with key bs-collect -r forged > seen 2> said || true
find forged/packs -type f | sort | comm -23 before - > deleted
grep -q 'with the key of a host that may only save' said || fail "said: $(cat said)"
with key bs-tar -r forged "$(cat honest)" > tar 2> said
tar df tar || fail "packs were deleted because a host condemned them"
expect_status 65 with key bs-check -r forged > checked 2>&1
grep -q 'with the key of a host that may only save' checked || fail "$(cat checked)"

# It saves as another host, or moves one of its own savesets there.
folder=$(basename "$(dirname "$(host save db.key repository files/saved)")")
rm -rf forged
cp -r repository forged
host save web.key forged --folder="$folder" --host=db files/later > /dev/null
expect_status 65 with key bs-ls -r forged > seen 2> said
grep -q 'with the key of another host' said || fail "said: $(cat said)"
with key bs-ls -r repository | expect_same seen -
host save web.key forged --folder="$folder" --host=db --claim files/later > /dev/null
expect_status 65 with key bs-ls -r forged > seen 2> said
with key bs-ls -r repository | expect_same seen -

# A key says in a comment for which repository it is, however long the way there.
long=$(printf 'x%.0s' {1..200})
ln -s . "$long"
with key bs-key -r "$long/$long/$long/$long/repository" host web > long.key
[ "$(head -n 1 long.key | wc -c)" -gt 800 ] || fail "$(head -n 1 long.key)"
grep -v '^#' web.key > short
grep -v '^#' long.key | cmp - short
echo x > small
with long.key bs-save -r repository --host web small > name
