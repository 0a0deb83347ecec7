# bs-restore brings back a tree of awkward things, all of it and in parts, from a saveset and from a stream, into an empty directory and over what is there;
# run again it
# changes nothing, --only-changed fetches only what differs, and --dry-run writes nothing.
. "${0%/*}/lib.sh"

# On tmpfs, where there is one: ext4 has no year 1900.
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
"$PYTHON" "$ROOT/tests/scripts/awkward-tree.py" tree
# To read a hole of 4 GiB again and again would take longer than all the rest.
rm tree/contents/hole-huge
truncate -s 64M tree/contents/hole-huge
touch -d @1.123456789 tree/contents
touch -d @0.123456789 tree
export BACKSHIFT_REPOSITORY=$work/repository
bs-init --plain
saveset=$(save whole tree)

mkdir restored
bs-restore "$saveset" -C restored > out 2> said || { cat said; fail "status $?"; }
expect_empty out
expect_empty said
same_tree tree restored
[ "$(du -sm restored/contents | cut -f 1)" -lt 32 ] || fail "the holes came back as zeros: $(du -sm restored/contents)"

# Again: what is there is replaced, and again nothing differs.
bs-restore "$saveset" -C restored -v > out 2> said || { cat said; fail "again: status $?"; }
expect_empty said
same_tree tree restored
grep -q '^M contents/random-3000000$' out || fail "what is replaced is not printed: $(head out)"

# Nothing has changed, so nothing is written, or would be.
stamp() { find "$1" -printf '%i %C@ %p\n' | sort; }
stamp restored > before
bs-restore "$saveset" -C restored --only-changed --progress json > out 2> said || { cat said; fail "--only-changed: status $?"; }
expect_empty out
[[ $(tail -n 1 said) == *'"fetched":0,'* ]] || fail "fetched although nothing has changed: $(tail -n 1 said)"
bs-restore "$saveset" -C restored --dry-run > out 2> said || { cat said; fail "--dry-run: status $?"; }
expect_empty out
expect_empty said
stamp restored | expect_same before -

# A part, into an empty directory: directories above it get the attributes that were saved.
mkdir part
bs-restore "$saveset" kinds/to-directory contents/periodic links/d/e -C part
wanted="contents contents/periodic kinds kinds/to-directory links links/d links/d/e links/d/e/l "
[ "$(find part -mindepth 1 -printf '%P ' | tr ' ' '\n' | sort | tr '\n' ' ')" = "$wanted" ] ||
  fail "the part: $(find part)"
for path in contents contents/periodic links/d/e/l links/d; do
  [ "$(stat -c '%a %u %g %.Y' "tree/$path")" = "$(stat -c '%a %u %g %.Y' "part/$path")" ] || fail "$path differs"
done
cmp tree/links/m part/links/d/e/l

# The rest of a hard link whose first name is outside the part.
mkdir links
bs-restore "$saveset" links/m links/z links/d -C links
[ "$(stat -c %h links/links/z)" = 4 ] || fail "$(ls -li links/links)"

# From a stream, in order and in none.
for order in "" "shuf -z --random-source=$ROOT/tools/packages.lock.json"; do
  mkdir stream
  (cd tree && find . -print0 | ${order:-cat} | bs-walk | bs-chunk) | env -u BACKSHIFT_REPOSITORY bs-restore - -C stream > out 2> said ||
    { cat said; fail "stream: status $?"; }
  expect_empty said
  same_tree tree stream
  rm -rf stream
done
mkdir stream
bs-read "$saveset" --references | bs-restore - -C stream || fail "references: status $?"
same_tree tree stream
# Over what is there, a stream too leaves alone what is equal.
bs-read "$saveset" | bs-restore - -C stream --only-changed -v > out
expect_empty out

# Things of another kind in the way.
rm -rf stream/names/a! stream/kinds/fifo stream/kinds/dangling stream/contents/periodic stream/kinds/empty stream/modes stream/contents/random-1
echo file > stream/names/a!
mkdir stream/kinds/fifo stream/contents/periodic
mkfifo stream/kinds/dangling
ln -s /etc/passwd stream/contents/random-1
ln -s "$work/outside" stream/kinds/empty
ln -s "$work/outside" stream/modes
mkdir outside
rm stream/links/z stream/links/d/l
echo other > stream/links/z
bs-restore "$saveset" -C stream 2> said || { cat said; fail "in the way: status $?"; }
expect_empty said
same_tree tree stream
[ -z "$(ls outside)" ] || fail "written through a link: $(ls outside)"
# A directory with something in it is not removed for a file; with --delete it is.
rm stream/contents/periodic
mkdir -p stream/contents/periodic/a/b
touch stream/contents/periodic/a/b/c
expect_status 3 bs-restore "$saveset" -C stream 2> said
grep -q '^bs-restore: contents/periodic: a directory that is not empty' said || fail "$(cat said)"
[ -e stream/contents/periodic/a/b/c ] || fail "the directory was removed"
bs-restore "$saveset" -C stream --delete 2> said || { cat said; fail "--delete: status $?"; }
same_tree tree stream

# Only what differs is fetched: a chunk of a long file, a file that was cut, one that grew, a hole that has something in it, and no content for attributes.
restored=stream
printf X | dd of=$restored/contents/random-3000000 bs=1 seek=1500000 conv=notrunc status=none
truncate -s 100 $restored/contents/random-65536
echo more >> $restored/contents/random-65537
printf Y | dd of=$restored/contents/hole-only bs=1 seek=5000000 conv=notrunc status=none
chmod 600 $restored/contents/random-8193
touch $restored/contents/random-8192
ino=$(stat -c %i $restored/contents/random-8193)
bs-restore "$saveset" -C $restored --dry-run > out
printf 'M contents/%s\n' hole-only random-3000000 random-65536 random-65537 random-8192 random-8193 | expect_same - out
bs-restore "$saveset" -C $restored --only-changed --progress json -v > out 2> said || { cat said; fail "--only-changed: status $?"; }
printf 'M contents/%s\n' hole-only random-3000000 random-65536 random-65537 random-8192 random-8193 | expect_same - out
same_tree tree $restored
fetched=$(tail -n 1 said | sed 's/.*"fetched":\([0-9]*\).*/\1/')
[ "$fetched" -gt 0 ] && [ "$fetched" -lt 400000 ] || fail "fetched $fetched bytes"
[ "$(stat -c %i $restored/contents/random-8193)" = "$ino" ] || fail "a file was replaced for its mode"
[ "$(du -sm $restored/contents | cut -f 1)" -lt 32 ] || fail "the holes are gone: $(du -sm $restored/contents)"

# A name outside of what is restored keeps the old content and the old mode.
ln $restored/contents/periodic other-name
chmod 600 other-name
bs-restore "$saveset" contents -C $restored --only-changed
[ "$(stat -c %a other-name)" = 600 ] && [ "$(stat -c %h other-name)" = 1 ] || fail "another name of a file was changed: $(ls -l other-name)"
same_tree tree $restored

# --dry-run into an empty directory.
mkdir empty
touch -d @5 empty
bs-restore "$saveset" -C empty --dry-run > out
[ "$(find empty | wc -l)" -eq 1 ] && [ "$(stat -c %Y empty)" = 5 ] || fail "--dry-run has written: $(find empty)"
[ "$(grep -c '^A ' out)" -gt 800 ] || fail "$(wc -l out)"

# At the end there is nothing wrong.
bs-restore "$saveset" contents -C $restored --verify || fail "--verify: status $?"

# Called wrongly.
expect_status 64 bs-restore "$saveset" 2> said
grep -q 'no directory is named' said || fail "$(cat said)"
expect_status 64 bs-restore - -C empty --delete < /dev/null 2> said
expect_status 66 bs-restore "$saveset" -C no/such/directory 2> said
expect_status 66 bs-restore "$saveset" no/such/path -C empty 2> said
grep -q 'no/such/path: is not in' said || fail "$(cat said)"
