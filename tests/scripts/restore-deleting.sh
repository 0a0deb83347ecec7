# bs-restore --delete deletes what was not saved, in the directories that were asked for and nowhere else: not beside them, not through links, not on another
# file system, not
# what the saveset reports as unreadable, and nothing at all by a saveset that is incomplete or damaged.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p tree/a/sub tree/b
for file in a/1 a/2 a/sub/3 b/4 top; do echo $file > tree/$file; done
saveset=$(save h tree)

spoil() {
  rm -rf disk
  cp -a tree disk
  mkdir -p disk/a/more/deep disk/b/more "$TMP/outside"
  for file in a/x a/sub/y a/more/deep/z b/x x; do echo $file > disk/$file; done
  echo precious > outside/file
  ln -sfn "$TMP/outside" disk/a/link
  touch -d @1000000000 disk/a/sub disk/b
}
spoil
bs-restore "$saveset" a -C disk --delete --dry-run > out
printf 'D a/%s\n' link more/ sub/y x > wanted
grep '^D' out | sort | expect_same wanted -
[ -e disk/a/x ] || fail "--dry-run deleted"
bs-restore "$saveset" a -C disk --delete -v > out 2> said || { cat said; fail "status $?"; }
expect_empty said
grep '^D' out | sort | expect_same wanted -
same_tree tree/a disk/a
[ "$(cat outside/file)" = precious ] || fail "deleted through a link"
[ -e disk/b/x ] && [ -e disk/b/more ] && [ -e disk/x ] || fail "deleted beside what was asked for: $(find disk)"
# One file: its directory was not asked for.
spoil
bs-restore "$saveset" a/1 -C disk --delete
[ -e disk/a/x ] || fail "deleted beside a file"
# Everything.
bs-restore "$saveset" -C disk --delete
same_tree tree disk

# Deeper than a path can be long.
spoil
(
  cd disk/a
  name=$(printf 'd%.0s' $(seq 200))
  for _ in $(seq 60); do mkdir "$name" && cd -P "$name" && touch file; done
)
bs-restore "$saveset" -C disk --delete 2> said || { cat said; fail "deep: status $?"; }
same_tree tree disk

# A symbolic link in the place of a directory: the directory comes back, and what the link led to stays.
rm -rf disk/a
ln -s "$TMP/outside" disk/a
bs-restore "$saveset" -C disk --delete
same_tree tree disk
[ "$(cat outside/file)" = precious ] || fail "deleted through a link in the place of a directory"

# An incomplete saveset does not say what was there.
(cd tree && bs-walk . | bs-chunk | head -c 900 | bs-store --host cut) > name 2> /dev/null || true
cut=$(bs-ls | grep -o 'cut@[^ ]*')
spoil
expect_status 64 bs-restore "$cut" -C disk --delete 2> said
grep -q 'incomplete' said || fail "$(cat said)"
[ -e disk/a/x ] || fail "an incomplete saveset deleted"

# What could not be read when it was saved.
if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null && setpriv --reuid 65534 --regid 65534 --clear-groups test -r "$BIN/bs-walk"; then
  mkdir -m 700 tree/shut
  echo secret > tree/shut/file
  install -m 600 tree/top tree/b/private
  (cd tree && env -u BACKSHIFT_REPOSITORY setpriv --reuid 65534 --regid 65534 --clear-groups bash -c 'bs-walk . | bs-chunk' 2> /dev/null |
    bs-store --host shut) > name || true
  rm -rf disk
  cp -a tree disk
  echo x > disk/b/x
  bs-restore "$(cat name)" -C disk --delete 2> said || { cat said; fail "unreadable: status $?"; }
  [ -e disk/shut/file ] && [ -e disk/b/private ] || fail "deleted what could not be saved: $(find disk)"
  [ ! -e disk/b/x ] || fail "not deleted: disk/b/x"
  rm -rf tree/shut tree/b/private
fi

# Another file system.
if [ "$(id -u)" -eq 0 ]; then
  rm -rf disk
  cp -a tree disk
  mkdir -p disk/a/mnt disk/a/more/mnt
  small_disk 1m disk/a/mnt
  small_disk 1m disk/a/more/mnt
  echo x > disk/a/mnt/x
  echo x > disk/a/more/mnt/x
  status=0
  bs-restore "$saveset" -C disk --delete 2> said || status=$?
  [ "$status" -eq 3 ] || fail "status $status: $(cat said)"
  [ -e disk/a/mnt/x ] && [ -e disk/a/more/mnt/x ] || fail "deleted on another file system"
  grep -q 'a/mnt: is on another file system' said || fail "$(cat said)"
fi
