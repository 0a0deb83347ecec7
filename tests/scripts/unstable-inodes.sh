# On a file system that gives an inode another number at each look (FUSE, some NAS) everything is saved, links and all, and nothing is "replaced while it was
# saved"; where a file has changed as well, and with --ignore-inode, too. bs-since needs --ignore-inode there, or reads all of it again.
# only: bin
. "${0%/*}/lib.sh"
need :fusepy fusermount mountpoint
need_root
[ -c /dev/fuse ] || skip "no /dev/fuse"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

mkdir mnt lower
for n in $(seq 20); do head -c "$((n * 20000))" /dev/urandom > "lower/f$n"; done
mkdir lower/d
echo one > lower/d/linked
ln lower/d/linked lower/d/again
sleep 2.1
"$PYTHON" "$ROOT/tests/scripts/unstable-fs.py" mnt lower > fs.said 2>&1 & fs=$!
leave() {
  umount -l "$TMP/mnt" 2> /dev/null
  kill -KILL "$fs" 2> /dev/null
}
at_exit leave
for ((i = 0; i < 100; i++)); do
  ! mountpoint -q mnt || break
  kill -0 $fs 2> /dev/null || { cat fs.said; skip "may not mount with FUSE"; }
  sleep 0.1
done
mountpoint -q mnt || { cat fs.said; skip "may not mount with FUSE"; }
[ "$(stat -c %i mnt/f1)" != "$(stat -c %i mnt/f1)" ] || fail "the numbers do not change: nothing is tested"

# tree NAME: what it restores is what lies below. The mount itself shows other numbers, so tar(1) compares what they stand for.
tree() {
  bs-tar "$1" | tar --diff -f - -C lower || fail "$1 is not what was saved"
}

name=$(cd mnt && bs-walk . | bs-chunk | bs-store --host plain) || fail "status $?"
tree "$name"
name=$(cd mnt && bs-walk . | bs-chunk -j 1 | bs-store --host one) || fail "status $?"
tree "$name"

# A file that changes between the walk and the read has neither its number nor its times any more; that the others lost their numbers only has shown what
# numbers are worth.
(cd mnt && bs-walk .) > walked
sleep 0.1
echo more >> lower/f9
(cd mnt && bs-chunk < ../walked) 2> said | bs-store --host changed > name || { cat said; fail "status $?"; }
bs-cat "$(cat name)" f9 | cmp - lower/f9
# The very first one cannot be told from one that was replaced, unless somebody says so.
(cd mnt && bs-walk f9 f10) > walked
echo more >> lower/f10
(cd mnt && bs-chunk < ../walked 2> ../said | expect_status 3 bs-store --host first > /dev/null 2>&1)
grep -q "f10: replaced while it was saved" said || { cat said; fail "a file that was replaced, as far as anyone can tell, is stored"; }
(cd mnt && bs-chunk --ignore-inode < ../walked | bs-store --host ignored > ../name)
bs-cat "$(cat name)" f10 | cmp - lower/f10

# With bs-save, which hands --ignore-inode to both.
sleep 2.1
bs-save --ignore-inode --host save mnt > name
bs-save -v --ignore-inode --host save mnt > name 2> said
grep -q "22 files, 22 of them unchanged" said || { cat said; fail "not all are unchanged"; }
mkdir restored
bs-tar "$(cat name)" | tar -xf - -C restored
diff -r restored/mnt lower || fail "what was saved unread is something else"
bs-save -v --host save mnt > name 2> said
grep -q "22 files, 0 of them unchanged" said || { cat said; fail "without the option some are"; }
expect_good --read-data
