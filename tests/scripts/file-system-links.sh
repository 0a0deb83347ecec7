# Hard links of every type of file that can have them, regular files, symbolic links, fifos and devices, on ext4, xfs and btrfs: they come back as links, all of
# them or a part, through GNU tar, bsdtar and bs-untar.
# only: bin
. "${0%/*}/lib.sh"
need_root
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# groups DIRECTORY [PATH…]: the names of each inode that has several there, a line each.
groups() {
  (cd "$1" && shift && find "${@:-.}" ! -type d -printf '%i %y %p\n' | sort -k1,1n -k3 | awk '
    $1 != last { if (n > 1) print names; names = $2; n = 0; last = $1 }
    { names = names " " $3; n++ }
    END { if (n > 1) print names }' | sort)
}

checked=
for type in ext4 xfs btrfs; do
  image $type $type || continue
  checked="$checked $type"
  mkdir -p $type/tree/a $type/tree/b $type/tree/c
  cd $type/tree
  echo content > a/file
  : > a/empty
  ln -s target a/symlink
  mkfifo a/fifo
  mknod a/char c 1 3
  mknod a/block b 7 200
  truncate -s 10M a/sparse
  for name in file empty symlink fifo char block sparse; do
    ln -P a/$name b/$name
    ln -P a/$name c/$name
  done
  # An inode of which a further name is not saved is a file like any other.
  echo outside > ../outside
  ln ../outside b/half
  cd "$TMP"
  groups $type/tree > wanted
  [ "$(wc -l < wanted)" -eq 7 ] || fail "$type: not 7 inodes: $(cat wanted)"

  (cd $type/tree && bs-walk . | bs-chunk | bs-store) > saveset
  saveset=$(cat saveset)
  bs-ls -l "$saveset" > lines
  [ "$(grep -c '^h.* link to a/' lines)" -eq 14 ] || fail "$type: $(cat lines)"

  # All, a part without the names that have the contents, and one alone.
  mkdir $type/all $type/part $type/one
  bs-tar "$saveset" | tar -xpf - -C $type/all
  groups $type/all > told
  expect_same wanted told
  same_tree $type/tree $type/all --without nlink
  bs-tar "$saveset" b c | tar -xpf - -C $type/part
  groups $type/tree b c > wanted-part
  groups $type/part > told
  sed 's, \./, ,g' told > told-part
  expect_same wanted-part told-part
  expect_same $type/tree/a/file $type/part/b/file
  bs-tar "$saveset" c/symlink c/char c/file | tar -xpf - -C $type/one
  [ -L $type/one/c/symlink ] && [ -c $type/one/c/char ] && cmp -s $type/one/c/file $type/tree/a/file || fail "$type: single names"

  if command -v bsdtar > /dev/null; then
    mkdir $type/bsdtar
    bs-tar "$saveset" | bsdtar -xpf - -C $type/bsdtar
    groups $type/bsdtar > told
    expect_same wanted told
  fi

  # Out of tar and into a saveset again. GNU tar itself makes links of regular files and symbolic links only.
  bs-tar "$saveset" | bs-untar | bs-chunk | bs-store > again
  mkdir $type/again
  bs-tar "$(cat again)" | tar -xpf - -C $type/again
  groups $type/again > told
  expect_same wanted told
done
[ -n "$checked" ] || skip "no image of ext4, xfs or btrfs can be mounted"
