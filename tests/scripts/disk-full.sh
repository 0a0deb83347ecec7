# A save that does not fit: status 74, one word about it, and the repository is good; with room again the next save succeeds.
. "${0%/*}/lib.sh"

# fill DIRECTORY: as it says above, in a repository on the small disk that is mounted there.
fill() {
  local disk=$1 before status
  rm -rf tree
  mkdir tree
  cp -a "$ROOT/man" tree/man
  export BACKSHIFT_REPOSITORY=$disk/repository
  bs-init --plain
  first=$(save full tree)
  before=$(complete_savesets)
  head -c 40000000 /dev/urandom > tree/random
  status=0
  save full tree > name 2> said || status=$?
  [ $status -eq 74 ] || { cat said; fail "status $status on a full disk"; }
  grep -q 'No space left on device' said || { cat said; fail "not said why"; }
  ! grep -q '^   at ' said || { cat said; fail "a stack trace"; }
  expect_empty name
  [ "$(complete_savesets)" -eq "$before" ] || fail "there is a saveset of it"
  # Read while the disk is still full.
  rm tree/random
  bs-tar "$first" man | tar --diff -f - -C tree
  bs-check > /dev/null || fail "bs-check on the full disk: status $?"
  # What fits, fits: without more than a little room the same tree as before can be saved.
  echo small > tree/small
  save full tree > name 2> said || { cat said; df "$disk"; fail "status $? for what fits"; }
  expect_saved "$(cat name)" tree
  expect_good --read-data
  [ -z "$(ls "$disk/repository/tmp")" ] || fail "left in tmp: $(ls "$disk/repository/tmp")"
}

small_disk 16m "$TMP/disk"
fill "$TMP/disk"

# A file system that keeps its promises on a disk, where there is one: blocks are given out late there, and errors come late.
if command -v mkfs.ext4 > /dev/null; then
  truncate -s 24M image
  mkfs.ext4 -q -O ^has_journal image
  mkdir ext4
  if mount -o loop image ext4 2> /dev/null; then
    at_exit umount -l "$TMP/ext4"
    fill "$TMP/ext4"
  fi
fi

# No room at all, not even for the first object.
mkdir none
mount -t tmpfs -o size=4k,nr_inodes=2 tmpfs none
at_exit umount -l "$TMP/none"
status=0
bs-init --plain none/repository 2> said || status=$?
[ $status -eq 74 ] || { cat said; fail "bs-init: status $status where nothing fits"; }
