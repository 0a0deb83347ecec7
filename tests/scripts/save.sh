# bs-save: the pipeline in one line, its status, its quoting, its profiles.
. "${0%/*}/lib.sh"

odd="it's \$(a) \"b\" *"
mkdir -p "tree/$odd" home/.config/backshift
echo 1 > "tree/$odd/file"
echo 2 > tree/left.o
echo 3 > tree/kept.o
export HOME=$TMP/home
unset XDG_CONFIG_HOME
sleep 3

# --- nothing there yet
expect_status 64 bs-save tree
expect_status 64 bs-save -r repository
expect_status 66 bs-save -r repository tree 2> said
[ ! -e repository ] || fail "a repository was made unasked"

# --- the first save makes it, the second uses it
name=$(bs-save -r repository --init --plain --host h --exclude left.o "tree/$odd" tree)
[[ $name == h@* ]] || fail "the name is not printed: $name"
bs-ls -r repository "$name" > listed
grep -q 'kept.o$' listed || fail "kept.o is missing"
! grep -q 'left.o$' listed || fail "the pattern is not handed on"
bs-save -v -r repository --init --plain --host h tree > name 2> said
grep -q 'base h@' said || { cat said; fail "the first saveset is no base"; }
bs-save -v --full -r repository --host h tree > name 2> said
! grep -q bs-since said || fail "--full has bs-since"

# --- -n shows what would be run, and the shell reads it as it was meant
bs-save -n -r repository --host h --exclude '*.o' --include 'a b' "tree/$odd" > command
[ "$(bs-ls -r repository | wc -l)" -eq 3 ] || fail "-n saved something"
grep -qF "bs-walk --host h --exclude '*.o' --include 'a b' 'tree/it'\\''s " command || { cat command; fail "the command is another"; }
sh command > name
bs-ls -r repository "$(cat name)" > listed
# Each option goes to those whom it concerns; 0 means something and is handed on.
bs-save -n -r repository --count --stalled 0 --publish-every 60 --progress json tree > asked
echo 'bs-walk --count --stalled 0 tree | bs-since -r repository | bs-chunk -r repository --stalled 0 |' \
  'bs-store -r repository --publish-every 60 --progress json' | diff - asked || fail "the command is another"
grep -qF 'file' listed || fail "the odd name got lost"
"$PYTHON" - << 'END'
import os, subprocess
odd = bytes(b for b in range(1, 256) if b != ord("/"))
os.mkdir(odd)
open(odd + b"/inner", "w").close()
name = subprocess.check_output([b"bs-save", b"-r", b"repository", b"--host", b"h", odd]).strip()
tar = subprocess.check_output([b"bs-tar", b"-r", b"repository", name])
import io, tarfile
names = [m.name.encode("utf-8", "surrogateescape") for m in tarfile.open(fileobj=io.BytesIO(tar), encoding="utf-8", errors="surrogateescape")]
assert odd + b"/inner" in names, names
END

# --- statuses come through
expect_status 3 bs-save -r repository --host h tree /no/such/place 2> said
if [ "$(id -u)" -ne 0 ]; then
  echo x > tree/secret
  chmod 0 tree/secret
  expect_status 3 bs-save -r repository --host h tree 2> said
  rm -f tree/secret
fi
expect_status 66 bs-save -r nowhere tree 2> said
cp -a repository broken
one_copy broken/backshift
printf x | dd of=broken/backshift bs=1 seek=40 conv=notrunc 2> dd
expect_status 65 bs-save -r broken tree 2> said
if command -v strace > /dev/null; then
  # A stage that is killed leaves a stream without an end.
  bs-save -n -r repository --host h tree | sed 's/bs-walk/strace -f -qq -o trace -e inject=statx:signal=KILL:when=4 bs-walk/' > command
  expect_status 65 sh command 2> said
fi

# --- profiles: defaults that the command line overrides and extends
cat > home/.config/backshift/nightly << END
# the usual
-r $TMP/repository
--host profile
--exclude left.o
$TMP/tree
END
name=$(bs-save --profile nightly)
[[ $name == profile@* ]] || fail "the profile's host is not taken: $name"
bs-ls -r repository "$name" > listed
grep -q 'kept.o$' listed || fail "the profile's root is not taken"
! grep -q 'left.o$' listed || fail "the profile's pattern is not taken"
name=$(bs-save --profile nightly --host line --include left.o home)
[[ $name == line@* ]] || fail "the command line does not win: $name"
bs-ls -r repository "$name" > listed
grep -q 'left.o$' listed || fail "the command line's pattern is not the first"
grep -q 'nightly$' listed || fail "the command line's root is not added"
mkdir -p other/backshift
echo --nope > other/backshift/nightly
XDG_CONFIG_HOME=$TMP/other expect_status 64 bs-save --profile nightly 2> said
grep -qF -- "no such option: --nope" said || { cat said; fail "the line is not named"; }
expect_status 66 bs-save --profile missing 2> said
BACKSHIFT_REPOSITORY=$TMP/repository bs-save --profile ./home/.config/backshift/nightly > name

# --- a profile says what is saved, and where to: one that others may have written is refused, and one that is no file does not hold anybody up
cp home/.config/backshift/nightly shared
chmod o+w shared
expect_status 77 bs-save --profile ./shared 2> said
grep -q "profile ./shared: is writable by all users" said || { cat said; fail "another word"; }
chmod 664 shared
bs-save --profile ./shared > name
if [ "$(id -u)" -eq 0 ]; then
  chown 12345 shared
  expect_status 77 bs-save --profile ./shared 2> said
  grep -q "profile ./shared: belongs to another user" said || { cat said; fail "another word"; }
fi
mkfifo fifo
expect_status 64 timeout 20 bs-save --profile ./fifo 2> said
grep -q "profile ./fifo: not a regular file" said || { cat said; fail "another word"; }

# --- called by its path, without PATH
PATH=/usr/bin:/bin "$BIN/bs-save" -r repository --host h tree > name
bs-check repository
