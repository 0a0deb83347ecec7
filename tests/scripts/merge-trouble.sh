# Housekeeping never costs a save: runs are joined only when the saveset is safe, and whatever goes wrong in joining them, in deleting them, in sweeping tmp or
# in deleting checkpoints is a warning at most. The status stays 0, the saveset is there, the next save does what was left.
# timeout: 900
# only: bin
# takes: 40
. "${0%/*}/lib.sh"
need strace
strace -o log true 2> /dev/null || skip "strace may not trace here"
export BACKSHIFT_REPOSITORY=$TMP/base
bs-init --plain
mkdir tree
for n in 1 2 3 4 5 6 7; do
  head -c 5000 /dev/urandom > tree/file-$n
  save box tree > name
done
head -c 5000 /dev/urandom > tree/file-8
(cd tree && bs-walk . | bs-chunk) > stream
[ "$(find base/index -type f | wc -l)" -eq 7 ] || fail "not seven runs"
fresh() {
  rm -rf repository
  cp -a base repository
  export BACKSHIFT_REPOSITORY=$TMP/repository
}

# traced WHAT WARNED OPTION…: the save that joins the runs, with faults; WARNED is yes, no or any.
traced() {
  local what=$1 warned=$2 status=0
  shift 2
  fresh
  strace -f -o log "$@" bs-store --host box < stream > name 2> said || status=$?
  [ $status -eq 0 ] || { cat said; fail "$what: status $status"; }
  case $warned in
  no) expect_empty said ;;
  yes) grep -q '^bs-store: ' said || fail "$what: nothing is said" ;;
  esac
  ! grep -q '^   at ' said || { cat said; fail "$what: a stack trace"; }
  [ "$(complete_savesets)" -eq 8 ] || { bs-ls; fail "$what: the saveset is not there"; }
  expect_saved "$(cat name)" tree
  expect_good --read-data
  # What was left is done later, and nothing stays for ever: what may not be unlinked stays in tmp, and is swept when it is a day old.
  find repository/tmp -type f -exec touch -d '2 days ago' {} +
  save box tree > name 2> said || { cat said; fail "$what: the next save: status $?"; }
  expect_empty said
  expect_good
  [ "$(find repository/index -type f | wc -l)" -le 3 ] || { ls repository/index; fail "$what: the next save has not tidied"; }
  [ -z "$(ls repository/tmp)" ] || fail "$what: left in tmp"
}

# The order: packs, run, saveset, and only then the run that replaces others.
traced "no fault" no -y -e trace=renameat2,rename,renameat,link,linkat,unlink,unlinkat
grep -oE '(rename|link).*repository/(packs/..|index|savesets/box)(>, "|/)[0-9a-zA-Z]*"' log | sed -E 's,.*repository/([a-z]*).*,\1/,' > order
mapfile -t saveset < <(grep -n '^savesets/' order | cut -d: -f1)
mapfile -t runs < <(grep -n '^index/' order | cut -d: -f1)
[ "${runs[0]}" -lt "${saveset[0]}" ] || { cat order; fail "the saveset came before the run of its packs"; }
[ ${#runs[@]} -ge 9 ] && [ "${runs[1]}" -gt "${saveset[0]}" ] || { cat order; fail "runs are joined or deleted before the saveset is there"; }

for errno in EPERM EACCES EROFS; do
  traced "unlink refused: $errno" no -e trace=unlink,unlinkat -e "inject=unlink,unlinkat:error=$errno"
done
traced "unlink fails" yes -e trace=unlink,unlinkat -e inject=unlink,unlinkat:error=EIO
# Each call after the saveset has got its name, by its number in that thread: a merge writes, syncs, renames, syncs the directory, reads.
for call in fsync renameat2 pwrite64,write; do
  fresh
  strace -o log -e "trace=$call" bs-store --host box < stream > name 2> said
  total=$(grep -cE "^($(echo "$call" | tr , '|'))\(" log)
  # The last one of these is the merge's: the saveset was published before it.
  case $call in
  fsync) last=2 ;;
  *) last=1 ;;
  esac
  for ((n = total; n > total - last; n--)); do
    fresh
    status=0
    strace -o log -e "trace=$call" -e "inject=$call:error=ENOSPC:when=$n" bs-store --host box < stream > name 2> said || status=$?
    [ $call != pwrite64,write ] || [ $status -eq 0 ] || continue
    [ $status -eq 0 ] || { cat log said; fail "$call $n of $total fails with ENOSPC: status $status"; }
    expect_saved "$(cat name)" tree
    expect_good --read-data
    save box tree > name 2> said || { cat said; fail "$call $n: the next save: status $?"; }
    expect_good
  done
done

# No locks on index/ (flock), or one that another process holds: merged all the same, or left to the other.
traced "no locks on index" no -e trace=flock -P "$TMP/repository/index" -e inject=flock:error=ENOLCK
fresh
(exec 9< repository/index && flock -x 9 && exec sleep 60) & holder=$!
sleep 0.5
bs-store --host box < stream > name 2> said || { cat said; fail "another process joins the runs: status $?"; }
expect_empty said
expect_saved "$(cat name)" tree
[ "$(find repository/index -type f | wc -l)" -eq 8 ] || fail "joined while another process did"
kill $holder 2> /dev/null || true
wait $holder 2> /dev/null || true

# A disk that the save fits on, and the merged run does not.
if [ "$(id -u)" -eq 0 ]; then
  mkdir disk
  if mount -t tmpfs -o size=6m tmpfs disk 2> /dev/null; then
    at_exit umount -l "$TMP/disk"
    export BACKSHIFT_REPOSITORY=$TMP/disk/repository
    cp -a base disk/repository
    dd if=/dev/zero of=disk/rest bs=4k 2> /dev/null || true
    truncate -s -100K disk/rest
    status=0
    bs-store --host box < stream > name 2> said || status=$?
    [ $status -eq 0 ] || { df disk; cat said; fail "a disk with little room: status $status"; }
    expect_saved "$(cat name)" tree
    expect_good
  fi
fi

# Checkpoints that cannot be deleted.
export BACKSHIFT_REPOSITORY=$TMP/repository
fresh
head -c 12000000 /dev/urandom > tree/large
(cd tree && bs-walk . | bs-chunk) > long-stream
for errno in EPERM EIO; do
  fresh
  status=0
  strace -f -o log -e trace=unlink,unlinkat -e "inject=unlink,unlinkat:error=$errno" bs-store --host box --publish-bytes 1M < long-stream > name 2> said ||
    status=$?
  [ $status -eq 0 ] || { cat said; fail "checkpoints that cannot be deleted, $errno: status $status"; }
  expect_saved "$(cat name)" tree
  [ "$(find repository/savesets/box -name '*~*' | wc -l)" -ge 1 ] || fail "no checkpoint was left: this tests nothing"
  [ "$(bs-ls | grep -c '~')" -eq 0 ] || fail "a checkpoint is listed"
  save box tree > name 2> said || { cat said; fail "$errno: the next save: status $?"; }
  [ "$(find repository/savesets/box -name '*~*' | wc -l)" -eq 0 ] || fail "$errno: the next save leaves checkpoints"
  expect_good
done
