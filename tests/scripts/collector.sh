# A collecting key: savesets of all hosts are expired and their packs deleted by a machine that can open no pack; beside collections with the key itself, which
# copy chunks into other packs; and what is refused.
# only: bin
# takes: 30
. "${0%/*}/lib.sh"
need jq :msgpack :cryptography
export PYTHONDONTWRITEBYTECODE=1
printf 'correct horse battery staple\n' > passphrase
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init repository
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r repository export > key
with key bs-key -r repository host web > web.key
with key bs-key -r repository collector > server.key
with key bs-key -r repository collector | cmp - server.key
[ "$(grep -c 'BACKSHIFT COLLECTING KEY' server.key)" = 2 ] || fail "$(cat server.key)"
"$PYTHON" "$ROOT/tests/formats/collector_view.py" --make repository < key | grep -v '^#' > made
grep -v '^#' server.key | cmp - made || fail "the key made from the page alone differs"

packs() { find repository/packs -type f | wc -l; }
# view: the packs that each saveset needs, read from the page alone, and that no key opens a pack.
view() { "$PYTHON" "$ROOT/tests/formats/collector_view.py" repository server.key "$@" > viewed 2> view.err || fail "$(cat view.err)"; }
random() { head -c "$1" /dev/urandom; }

# Three savesets: of a host with the root key, and of one that may only save.
mkdir home
random 3000000 > home/stays
random 3000000 > home/goes
with key bs-save -r repository --host db home > first
rm home/goes
random 2000000 > home/new
with key bs-save -r repository --host db home > second
mkdir web
random 2000000 > web/page
with web.key bs-save -r repository --host web web > third
rm web/page
random 2000000 > web/other
sleep 3
with web.key bs-save -r repository --host web web > fourth
# With the root key the trial opens every pack, and with this one none.
view --root=key
view
[ "$(wc -l < viewed)" = 4 ] || fail "$(cat viewed)"
grep -q 'of which 0 were opened' view.err || fail "$(cat view.err)"

# It lists savesets, tags and holds them, and reads nothing.
with server.key bs-ls -r repository > listed
for name in first second third fourth; do
  grep -q "$(cat $name)" listed || fail "no $name in: $(cat listed)"
done
with server.key bs-tag -r repository "$(cat third)" --hold
with key bs-ls -r repository --json | jq -e -s --arg name "$(cat third)" 'map(select(.name == $name))[0].hold' > held || fail "the hold is not seen"
mkdir out
for program in "bs-ls $(cat second)" "bs-cat $(cat second) home/stays" "bs-tar $(cat second)" "bs-restore $(cat second) -C out" "bs-read $(cat second)" \
  "bs-find stays" "bs-stat" "bs-report" "bs-check" "bs-rename db other" "bs-parity" "bs-key export" "bs-key unlock" "bs-key add" "bs-key host other" \
  "bs-key collector" "bs-diff $(cat first) $(cat second)" "bs-save home"; do
  set -- $program
  command=$1
  shift
  expect_status 77 with server.key "$command" -r repository "$@" > seen 2> said
  grep -q 'is a collecting key' said || fail "$program said: $(cat said)"
  [ ! -s seen ] || fail "$program printed: $(cat seen)"
done
bs-walk home < /dev/null > stream
expect_status 77 with server.key bs-store repository < stream > seen 2> said
expect_status 64 with server.key bs-collect --recompress zstd:9 repository 2> said

# While nothing was expired nothing goes; of what was expired only what no other saveset names, and holds are kept.
before=$(packs)
with server.key bs-collect repository > seen
[ "$(packs)" = "$before" ] || fail "packs that are needed went: $(cat seen)"
with server.key bs-expire -r repository --keep-last 1 > seen
with server.key bs-ls -r repository > listed
[ "$(wc -l < listed)" = 3 ] || fail "$(cat listed)"
with server.key bs-collect -n repository > seen
[ "$(packs)" = "$before" ] || fail "a dry run changed something"
with server.key bs-expire -r repository --undo "$(cat first)" > seen
with key bs-tar -r repository "$(cat first)" > tar
with server.key bs-expire -r repository --keep-last 1 > seen
with server.key bs-collect repository > seen
with server.key bs-tag -r repository "$(cat third)" --release
with server.key bs-expire -r repository --keep-last 1 > seen
with server.key bs-collect --json repository > counts
jq -e '.deleted_packs > 0 and .faults == 0' counts > seen || fail "$(cat counts)"
[ "$(packs)" -lt "$before" ] || fail "nothing was deleted"
expect_status 66 with server.key bs-expire -r repository --undo "$(cat third)" > seen 2> said
with key bs-check -r repository --read-data > checked || fail "$(cat checked)"
with key bs-tar -r repository "$(cat second)" | tar df -
with key bs-tar -r repository "$(cat fourth)" | tar df -

# The pack of the first saveset has the file that stays, and is whole; with the key itself the rest of it is won, and it is noted where the chunks are.
with key bs-collect --max-unused 0 --json repository > counts
jq -e '.copied_bytes > 2900000' counts > seen || fail "$(cat counts)"
[ "$(find repository/moved -type f | wc -l)" = 1 ] || fail "no record of moved packs"
view
before=$(packs)
with server.key bs-collect --json repository > counts
[ "$(packs)" = "$before" ] || fail "by lists, packs went that chunks were copied to: $(cat counts)"
with key bs-check -r repository --read-data > checked || fail "$(cat checked)"
with key bs-tar -r repository "$(cat second)" | tar df -

# Once more, and another saveset goes by lists: through two records.
with key bs-collect --recompress zstd:9 repository > seen
[ "$(find repository/moved -type f | wc -l)" = 2 ] || fail "no second record"
with server.key bs-collect repository > seen
with key bs-tar -r repository "$(cat second)" | tar df -
with key bs-save -r repository --host db web > fifth
with server.key bs-expire -r repository --keep-last 1 > seen
with server.key bs-collect --json repository > counts
jq -e '.deleted_packs > 0' counts > seen || fail "$(cat counts)"
with key bs-check -r repository --read-data > checked || fail "$(cat checked)"
with key bs-tar -r repository "$(cat fifth)" | tar df -

# A record that is lost costs a run with the key, and no data.
random 1000000 > web/more
random 1000000 > web/gone
with key bs-save -r repository --host db web > sixth
rm web/gone
with key bs-save -r repository --host db web > seventh
with key bs-expire -r repository --keep-last 1 > seen
with key bs-collect --max-unused 0 repository > seen
cp -a repository/moved records
for damage in lost unreadable; do
  rm -r repository/moved
  cp -a records repository/moved
  find repository/moved -type f | while read -r record; do
    case $damage in
    lost) rm "$record" ;;
    *) one_copy "$record" && printf x | dd of="$record" bs=1 seek=100 conv=notrunc status=none ;;
    esac
  done
  before=$(packs)
  if [ $damage = unreadable ]; then
    expect_status 65 with key bs-check -r repository > seen 2> said
    grep -q 'record of moved packs' said seen || fail "bs-check says nothing of the record: $(cat seen said)"
  fi
  expect_status 65 with server.key bs-collect repository > seen 2> said
  grep -qE 'is gone, and no record says where its chunks are: nothing is deleted|record of moved packs .*checksum' said || fail "said: $(cat said)"
  [ "$(packs)" = "$before" ] || fail "packs were deleted"
done
with key bs-collect --json repository > counts || [ $? = 3 ] || fail "$(cat counts)"
# What cannot be read is deleted by hand then, as is said.
(cd records && find . -type f) | (cd repository/moved && xargs rm -f)
with server.key bs-collect repository > seen
[ "$(packs)" = "$before" ] || fail "packs were deleted that a lost record told of"
with key bs-tar -r repository "$(cat seventh)" | tar df -

# In a repository that is not encrypted, and with the key itself, --by-lists does the same.
bs-init --plain plain
random 2000000 > home/third
bs-save -r plain home > one
rm home/third
bs-save -r plain home > two
random 100 > home/small
bs-save -r plain --host other home > three
bs-expire -r plain --keep-last 1 > seen
bs-collect --by-lists --json plain > counts
jq -e '.copied_bytes == 0' counts > seen || fail "$(cat counts)"
bs-check -r plain --read-data > checked || fail "$(cat checked)"
bs-tar -r plain "$(cat three)" | tar df -
with key bs-collect --by-lists repository > seen

# A pack to which chunks were copied is damaged, and repaired: savesets come to it only by a record, and are led on.
bs-init --plain again
mkdir tree
random 3000000 > tree/stays
random 3000000 > tree/goes
bs-save -r again --host db tree > one
rm tree/goes
echo x > tree/small
sleep 1
bs-save -r again --host db tree > two
bs-expire -r again --keep-last 1 > seen
bs-collect --max-unused 0 again > seen
copy=$(find again/packs -type f -size +1000k)
dd if=/dev/zero of="$copy" bs=1 seek=$(($(stat -c %s "$copy") - 300)) count=300 conv=notrunc status=none
bs-check -r again --repair > seen 2> said || true
bs-collect again > seen 2> said || true
[ ! -e "$copy" ] || fail "the damaged pack is still there"
bs-collect --by-lists again > seen
bs-check -r again --read-data > checked || fail "$(cat checked)"
bs-tar -r again "$(cat two)" | tar df -
