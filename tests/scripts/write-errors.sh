# EIO and ENOSPC from write, fsync, rename, mkdir and open, at the first, second, ... N-th such call: status 74 and a word, never a saveset that is
# called complete and is not; the next save is good.
# only: bin
# timeout: 600
. "${0%/*}/lib.sh"
need strace
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
strace -f -o log -e inject=fsync:error=EIO:when=100 true 2> /dev/null || skip "strace may not trace here"

mkdir tree
cp -a "$ROOT/man" tree/man
export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
first=$(save first tree)
head -c 100000 /dev/urandom > tree/new
(cd tree && bs-walk . | bs-chunk) > stream
size=$(stat -c %s stream)

# judge WHAT: what a bs-store with status $status has left.
judge() {
  local what=$1
  # 74, or 65 where what could not be had was taken for damaged; and in any case a word.
  case $status in 65 | 73 | 74 | 77) ;; *) cat said; fail "$what: status $status" ;; esac
  # strace counts for each thread, so it may have been the word itself that could not be written; that it was tried is in the log.
  [ -s said ] || grep -q 'write(2<' log || fail "$what: not a word"
  ! grep -q '^   at ' said || { cat said; fail "$what: a stack trace"; }
  expect_good || fail "$what"
  bs-tar "$first" | tar --diff -f - -C tree || fail "$what: the first saveset does not restore"
  if [ "$(complete_savesets)" -gt 1 ]; then
    # Only the directory could not be synced any more, or the name not be told: it is whole.
    expect_saved second@latest tree || fail "$what"
  fi
  bs-store --host next < stream > name 2> said || { cat said; fail "$what: the next save ended with status $?"; }
  expect_saved "$(cat name)" tree
}

errors=0
# call, error, and what of its failure must be seen: every one of fsync and rename; other calls fail here and there for reasons of the runtime's own.
while read -r follow call error; do
  [ "$follow" = -f ] || follow=
  for ((n = 1; n < 60; n++)); do
    rm -rf repository
    cp -a base repository
    export BACKSHIFT_REPOSITORY=$work/repository
    status=0
    # shellcheck disable=SC2086
    strace $follow -o log -e "trace=$call" -e "inject=$call:error=$error:when=$n" bs-store --host second < stream > out 2> said || status=$?
    grep -q INJECTED log || break
    what="$call $n${follow:+ of any thread}: $error"
    if [ $status -eq 0 ] && ! tail -n +1 log | grep INJECTED | grep -qE 'fsync|rename|pwrite64|write\([0-9]+, "BACKSHFT'; then
      # The runtime's own, or one that may be tried again: what was saved is whole.
      expect_saved second@latest tree
      continue
    fi
    errors=$((errors + 1))
    judge "$what"
  done
  echo "$call${follow:+, any thread}, $error: $((n - 1))"
done << 'END2'
-f fsync EIO
- fsync EIO
-f renameat2,rename,link,linkat EIO
- renameat2,rename,link,linkat EACCES
-f mkdir,mkdirat ENOSPC
- mkdir,mkdirat ENOSPC
END2
[ $errors -ge 10 ] || fail "only $errors errors: the calls are others than this script knows"

# Writes: those that go to files of the repository, by what they write, since the runtime has writes of its own.
for error in EIO ENOSPC EDQUOT; do
  for call in write pwrite64 writev pwritev; do
    for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
      rm -rf repository
      cp -a base repository
      export BACKSHIFT_REPOSITORY=$work/repository
      status=0
      strace -f -y -o log -e "trace=$call" -e "inject=$call:error=$error:when=$n" bs-store --host second < stream > out 2> said || status=$?
      grep -q INJECTED log || break
      grep INJECTED log | grep -q repository/tmp || continue
      [ $status -eq 74 ] || { cat said; fail "$call $n, $error: status $status"; }
      judge "$call $n: $error"
    done
  done
done

# Reading: a stream that cannot be read, a repository that cannot be read.
strace -f -o log -P "$work/stream" -e trace=read -e inject=read:error=EIO:when=1 bs-store --host second < stream > out 2> said &&
  fail "an unreadable stream was stored"
[ "$size" -gt 0 ] && [ -s said ] || fail "not a word about an unreadable stream"
