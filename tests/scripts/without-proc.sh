# A world without /proc, as a chroot or a rescue shell may be: a repository is made, a tree is saved by bs-save, which finds the other programs, names that are
# not UTF-8 are taken from the command line, and all of it is listed, checked, read and restored.
# only: bin
. "${0%/*}/lib.sh"
need unshare ldd
unshare -r chroot / /bin/true 2> said || skip "may not make a user namespace: $(head -n 1 said)"

mkdir -p root/opt/bs root/bin root/dev root/tmp root/tree/d root/out
cp -a "$BIN"/. root/opt/bs/
for program in /bin/sh /bin/tar "$(readlink -f "$BIN/backshift")"; do
  case $program in /bin/*) cp -L "$program" "root$program" ;; esac
  for library in $(ldd "$program" | grep -o '/[^ ]*'); do
    mkdir -p "root${library%/*}"
    cp -Ln "$library" "root$library"
  done
done
: > root/dev/null
odd=$(printf 'odd-\377-name')
echo one > "root/tree/$odd"
echo two > root/tree/d/two
head -c 300000 /dev/urandom > root/tree/large
ln root/tree/large root/tree/d/link
setfattr -n user.note -v kept root/tree/d/two 2> /dev/null || true

# inside COMMAND…: runs it there, with nothing in the environment but PATH.
inside() {
  unshare -r chroot root /bin/sh -c 'cd / && PATH=/bin:/opt/bs && export PATH && "$@"' sh "$@"
}
! inside test -e /proc/self || fail "there is a /proc"

inside bs-init --plain /repo
name=$(inside bs-save -r /repo --host h tree "tree/$odd")
[[ $name == h@* ]] || fail "bs-save: $name"
# By its path, by the image with a program's name, from elsewhere, without PATH.
name=$(inside /opt/bs/bs-save -r /repo --host h tree)
name=$(inside /bin/sh -c 'unset PATH; cd /opt && bs/bs-save -r /repo --host h /tree')
name=$(inside /bin/sh -c 'unset PATH; cd /opt/bs && ./backshift bs-save -r /repo --host h /tree')
name=$(inside bs-save -r /repo --host h --reread tree)
[ "$(inside bs-save -n -r /repo "tree/$odd")" = "bs-walk 'tree/$odd' | bs-since -r /repo | bs-chunk -r /repo | bs-store -r /repo" ] ||
  fail "$(inside bs-save -n -r /repo "tree/$odd")"
inside bs-cat -r /repo "$name" "tree/$odd" | cmp - "root/tree/$odd"
inside bs-cat -r /repo "$name" tree/large | cmp - root/tree/large
inside bs-check --read-data /repo > said 2>&1 || { cat said; fail "bs-check: status $?"; }
[ "$(inside bs-ls -r /repo "$name" | wc -l)" -eq 6 ] || fail "$(inside bs-ls -r /repo "$name")"
inside /bin/sh -c 'bs-tar -r /repo "$1" | tar --xattrs --xattrs-include="*" -xf - -C /out' sh "$name"
same_tree root/tree root/out/tree --without ctime
mkdir root/restored
ln -s two root/tree/d/symlink
name=$(inside bs-save -r /repo --host h tree)
for how in '' '' --only-changed; do
  inside bs-restore -r /repo "$name" -C /restored $how > said 2>&1 || { cat said; fail "bs-restore $how: status $?"; }
  expect_empty said
  same_tree root/tree root/restored/tree --without ctime
done
rm root/tree/d/symlink
name=$(inside bs-save -r /repo --host h tree)
inside /bin/sh -c 'bs-walk tree | bs-diff -r /repo "$1" -' sh "$name" > said 2>&1 || { cat said; fail "bs-diff"; }
# Deltas and what is native in them.
printf 'more' >> root/tree/large
name=$(inside bs-save -r /repo --host h tree)
inside bs-cat -r /repo "$name" tree/large | cmp - root/tree/large
# A list, and attributes by path.
printf 'tree/%s\0tree/d/two\0' "$odd" | inside bs-walk | bs-ls - > said
[ "$(wc -l < said)" -eq 2 ] || { cat said; fail "a list"; }
inside bs-wrap dump --exec /bin/sh -c 'echo dumped' | inside bs-chunk | inside bs-store -r /repo --host dump > name
[ "$(inside bs-cat -r /repo "$(cat name)" dump)" = dumped ] || fail "bs-wrap --exec"
