# The state of a host that may only save only helps: where it cannot be kept, or not be read, the save goes on with one warning, and is less incremental.
# only: bin
# takes: 25
. "${0%/*}/lib.sh"
printf 'correct horse battery staple\n' > passphrase
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init repository
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r repository export > key
BACKSHIFT_KEY_FILE=key bs-key -r repository host web > web.key
mkdir -p tree/sub
seq 100000 > tree/numbers
head -c 3000000 /dev/urandom > tree/noise
for ((i = 0; i < 300; i++)); do echo "$i" > "tree/sub/a file with a rather long name, so that its entry takes some room, $i"; done
# What was changed a moment ago is read again.
sleep 3

# saved WARNINGS NAME: the tree is saved with the state in `state`, with status 0 and so many warnings, and is restored with the root key.
saved() {
  local status=0
  BACKSHIFT_KEY_FILE=web.key XDG_STATE_HOME=$TMP/state bs-save -v -r repository --host web tree > saveset 2> said || status=$?
  [ $status -eq 0 ] || { cat said; fail "$2: status $status"; }
  [ "$(grep -c 'more is read and stored again' said)" -eq "$1" ] || { cat said; fail "$2: not $1 warnings"; }
  [ "$(grep -c ': hint: ' said)" -eq "$1" ] || { cat said; fail "$2: there are other warnings"; }
  BACKSHIFT_KEY_FILE=key bs-tar -r repository "$(cat saveset)" | tar df - || fail "$2: it is not the tree"
}
unchanged() { grep -q "$1 of them unchanged" said || { cat said; fail "$2"; }; }

# It cannot be made at all.
: > state
saved 1 "no state"
rm state
# It is made, and used.
saved 0 "the first save"
saved 0 "the second save"
unchanged 302 "the state is of no use"

# Parts of it cannot be read.
for part in packs index savesets; do
  cp -a state good
  rm -r "state/backshift"/*/*/$part
  : > "$(echo state/backshift/*/*)/$part"
  saved 1 "no $part"
  rm -rf state
  mv good state
done
saved 0 "as before"
unchanged 302 "the state is of no use any more"

# A file system that may not be written to: what is there is of use all the same.
mv state kept
small_disk 3m state
cp -a kept/. state
mount -o remount,ro state
echo changed > tree/changed
saved 1 "a read-only file system"
unchanged 302 "what is there is not used"
mount -o remount,rw state

# One that gets full, sooner or later: at each step of a save.
failed=0
for room in 0 4 8 12 16 24 32 48 96 1024; do
  rm -rf state/* state/.[!.]*
  cp -a kept/. state
  # In place of three files of the first save there are three others, and more names.
  head -c 2000000 /dev/urandom > tree/noise
  for ((i = 0; i < 100; i++)); do echo "$room $i" > "tree/sub/another file with a rather long name, so that its entry takes some room, $i"; done
  dd if=/dev/zero of=state/fill bs=4k status=none 2> /dev/null || true
  truncate -s -${room}K state/fill
  BACKSHIFT_KEY_FILE=web.key XDG_STATE_HOME=$TMP/state bs-save -v -r repository --host web tree > saveset 2> said || { cat said; fail "$room KiB: status $?"; }
  ! grep -q 'more is read and stored again' said || failed=$((failed + 1))
  [ "$(grep -c 'more is read and stored again' said)" -le 1 ] || { cat said; fail "$room KiB: more than one warning"; }
  BACKSHIFT_KEY_FILE=key bs-tar -r repository "$(cat saveset)" | tar df - || fail "$room KiB: it is not the tree"
  # The one before it is still of use, and there is room again.
  rm state/fill
  saved 0 "after $room KiB"
  unchanged 30[0-9] "after $room KiB: the state is of no use"
  saved 0 "after that"
  grep -q '; 0 B new, 0 B stored' said || { cat said; fail "after that: the state is of no use"; }
done
[ $failed -ge 5 ] && [ $failed -lt 10 ] || fail "the disk was full $failed times of 10"
BACKSHIFT_KEY_FILE=key bs-check -r repository --read-data > checked || fail "$(cat checked)"
