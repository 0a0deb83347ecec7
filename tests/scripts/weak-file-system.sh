# File systems that lack what others have: renameat2 without RENAME_NOREPLACE, no hard links, fsync of a directory refused, flock refused, no modes, no
# openat2 (an old kernel, a sandbox). Saving, restoring and checking go on; bs-init says what is missing.
# timeout: 900
# only: bin
. "${0%/*}/lib.sh"
need strace
strace -f -o log -e inject=fsync:error=EIO:when=100 true 2> /dev/null || skip "strace may not trace here"
mkdir tree
head -c 300000 /dev/urandom > tree/random
echo small > tree/small
(cd tree && bs-walk . | bs-chunk) > stream

# weak INJECTION…: every call of a program fails so.
weak() {
  local each
  inject=()
  for each; do inject+=(-e "inject=$each"); done
}
under() {
  strace -f -o log -e trace=renameat2,link,linkat,flock,fsync,openat2,fchmod "${inject[@]}" "$@"
}
# works WHAT: a repository is made, saved to twice, checked and restored.
works() {
  local what=$1
  export BACKSHIFT_REPOSITORY=$TMP/repository
  rm -rf repository
  under bs-init --plain 2> noted || { cat noted; fail "$what: bs-init ends with $?"; }
  grep -q INJECTED log || fail "$what: nothing was injected"
  for host in a b; do
    under bs-store --host $host --publish-bytes 100K < stream > name 2> said || { cat said; fail "$what: bs-store ends with $?"; }
    expect_empty said
    expect_saved "$(cat name)" tree
  done
  # One name for two savesets: the second gets more digits, also where nothing is exclusive.
  under bs-store --host c --time 2026-11-23T09:04:05.5Z < stream > first
  under bs-store --host c --time 2026-11-23T09:04:05.5Z < stream > second
  case $(cat first second) in
  $'c@20261123T090405Z\nc@20261123T090405.500Z') ;;
  c@20261123T090405Z_????????$'\n'c@20261123T090405Z) [[ $what == *"no hard links"* ]] || fail "$what: $(cat first second)" ;;
  *) fail "$what: $(cat first second)" ;;
  esac
  expect_saved "$(cat first)" tree
  expect_saved "$(cat second)" tree
  under bs-check --read-data > out 2> said || { cat said; fail "$what: bs-check ends with $?"; }
  expect_good --read-data
  [ -z "$(ls repository/tmp)" ] || fail "$what: left in tmp: $(ls repository/tmp)"
}
noted() {
  grep -q "$1" noted || { cat noted; fail "bs-init does not say: $1"; }
}
weak renameat2:error=EINVAL
works "no RENAME_NOREPLACE"
expect_empty noted
# A damaged copy of a saveset cannot be exchanged for a whole one there: it stays, and can be read.
saveset=$(find repository/savesets -type f | head -1)
truncate -s -1 "$saveset"
status=0
under bs-check --repair > out 2> said || status=$?
[ $status -eq 65 ] || { cat said; fail "bs-check --repair of what cannot be exchanged ends with $status"; }
grep -q "${saveset#*/}: stays damaged: the file system cannot exchange two files" said || { cat said; fail "bs-check --repair does not say why"; }
bs-check --repair > out 2> said || { cat said; fail "bs-check --repair where it can be exchanged ends with $?"; }
expect_good
weak renameat2:error=ENOSYS link,linkat:error=EPERM
works "no RENAME_NOREPLACE and no hard links"
noted "neither exclusive renaming nor hard links"
weak renameat2:error=EINVAL link,linkat:error=EOPNOTSUPP
works "no RENAME_NOREPLACE and no hard links (ENOTSUP)"
for errno in ENOLCK ENOSYS EOPNOTSUPP EINVAL EBADF; do
  weak flock:error=$errno
  works "flock: $errno"
  noted "no locks"
done
weak fchmod:error=EPERM
works "no modes"
weak openat2:error=ENOSYS
works "no openat2"
expect_empty noted
weak openat2:error=EPERM
works "openat2 is forbidden by a sandbox"

# fsync of directories alone.
for errno in EINVAL EBADF; do
  rm -rf repository
  mkdir repository
  chmod 700 repository
  # The path filter of strace knows descriptors: the directories, not the files in them.
  paths=(-P "$TMP/repository")
  for folder in tmp packs index savesets savesets/h; do paths+=(-P "$TMP/repository/$folder"); done
  strace -f -o log "${paths[@]}" -e trace=fsync -e "inject=fsync:error=$errno" bs-init --plain repository 2> noted ||
    { cat noted; fail "fsync of a directory, $errno: bs-init ends with $?"; }
  grep -q INJECTED log || fail "no fsync of a directory was seen"
  noted "cannot sync a directory"
  strace -f -o log "${paths[@]}" -e trace=fsync -e "inject=fsync:error=$errno" bs-store -r repository --host h < stream > name 2> said ||
    { cat said; fail "fsync of a directory, $errno: status $?"; }
  BACKSHIFT_REPOSITORY=$TMP/repository expect_saved "$(cat name)" tree
done
# EIO is no answer of a weak file system: it ends a save.
status=0
strace -f -o log "${paths[@]}" -e trace=fsync -e inject=fsync:error=EIO bs-store -r repository --host h < stream > name 2> said || status=$?
[ $status -eq 74 ] || { cat said; fail "EIO of a directory's fsync: status $status"; }
expect_empty name
