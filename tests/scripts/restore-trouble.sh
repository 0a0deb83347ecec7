# What goes wrong in a restore costs what it concerns and is reported: a damaged chunk its file and the links to it, a full disk the rest, a kill nothing
# that was done. No
# file is ever there in part under its name, and the next restore goes on and sweeps up.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p tree/d
echo first > tree/a
head -c 3000000 /dev/urandom > tree/d/large
ln tree/d/large tree/d/link
ln tree/d/large tree/z-link
echo last > tree/z
saveset=$(save h tree)

# Killed at any moment, it leaves no part of a file under its name.
mkdir disk
whole() {
  local file
  for file in $(cd "$1" && find . -type f ! -name '.bs-restore.*'); do
    cmp "tree/$file" "$1/$file" || fail "$file is there in part"
  done
}
for after in 0.01 0.03 0.05 0.08 0.12 0.2; do
  bs-restore "$saveset" -C disk 2> said & pid=$!
  sleep $after
  kill -9 $pid 2> /dev/null || true
  wait $pid 2> /dev/null || true
  whole disk
done
bs-restore "$saveset" -C disk --only-changed || fail "after kill -9: status $?"
same_tree tree disk
# Leftovers of a restore that was killed go, those of one that runs and files of others stay.
echo part > disk/d/.bs-restore.0123456789abcdef
ln -s x disk/d/.bs-restore.0123456789abcde0
touch -hd '2 hours ago' disk/d/.bs-restore.0123456789abcde0
echo mine > disk/d/.bs-restore.mine
echo busy > disk/d/.bs-restore.fedcba9876543210
(
  flock 9
  bs-restore "$saveset" -C disk --only-changed
) 9< disk/d/.bs-restore.fedcba9876543210
[ "$(cd disk/d && echo .bs*)" = ".bs-restore.0123456789abcde0 .bs-restore.fedcba9876543210 .bs-restore.mine" ] || fail "swept: $(ls -A disk/d)"
rm disk/d/.bs*

# SIGINT and SIGTERM.
for signal in INT TERM; do
  rm -rf disk
  mkdir disk
  status=0
  timeout --preserve-status -s $signal 0.05 bs-restore "$saveset" -C disk 2> said || status=$?
  case $status in 0 | 130 | 143) ;; *) fail "SIG$signal: status $status: $(cat said)" ;; esac
  whole disk
done

# A damaged chunk.
cp -a repository damaged
"$PYTHON" - damaged << 'END'
import os, sys
# The largest pack has the content of the large file: spoil its middle.
packs = sorted((os.path.getsize(p), p) for p in (os.path.join(d, f) for d, _, fs in os.walk(sys.argv[1] + "/packs") for f in fs))
size, path = packs[-1]
os.chmod(path, 0o600)
with open(path, "r+b") as file:
    file.seek(size // 2)
    byte = file.read(1)[0]
    file.seek(size // 2)
    file.write(bytes([byte ^ 1]))
END
rm -rf disk
mkdir -p disk/d
echo old > disk/d/large
expect_status 3 bs-restore -r damaged "$saveset" -C disk 2> said
grep -q '^bs-restore: d/large: chunk ' said || fail "$(cat said)"
[ "$(cat disk/d/large)" = old ] || fail "a damaged file has taken its name"
[ ! -e disk/d/link ] && [ ! -e disk/z-link ] || fail "links to a file that was not restored: $(ls disk/d)"
cmp tree/a disk/a
cmp tree/z disk/z
[ -z "$(find disk -name '.bs-restore.*')" ] || fail "left: $(find disk)"
# What is there already need not be fetched.
rm -rf disk
cp -a tree disk
chmod 600 disk/d/large
bs-restore -r damaged "$saveset" -C disk --only-changed 2> said || { cat said; fail "--only-changed from a damaged repository: status $?"; }
same_tree tree disk
bs-read "$saveset" > stream
head -c 1000000 stream > cut
rm -rf disk
mkdir disk
expect_status 65 bs-restore - -C disk < cut 2> said
[ ! -e disk/d/large ] || fail "part of a file from a stream that stops"

# A full disk: status 74, and with room again it goes on.
if [ "$(id -u)" -eq 0 ]; then
  small_disk 2m full
  expect_status 74 bs-restore "$saveset" -C full 2> said
  grep -q 'No space left on device' said || fail "$(cat said)"
  [ "$(wc -l < said)" -le 2 ] || fail "more than a line about a full disk: $(cat said)"
  cmp tree/a full/a
  [ ! -e full/d/large ] && [ -z "$(find full -name '.bs-restore.*')" ] || fail "part of a file: $(find full)"
  mount -o remount,size=16m full
  bs-restore "$saveset" -C full --only-changed || fail "with room again: status $?"
  touch -d @0 full tree
  same_tree tree full
fi

# A time that was set back proves nothing.
rm -rf disk
mkdir disk
bs-restore "$saveset" -C disk
printf X | dd of=disk/d/large bs=1 seek=100 conv=notrunc status=none
touch -r tree/d/large disk/d/large
bs-restore "$saveset" -C disk --only-changed --verify || fail "--only-changed trusts a time that was set back: status $?"
cmp tree/d/large disk/d/large
