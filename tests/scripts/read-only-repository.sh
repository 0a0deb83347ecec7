# Reading needs no right to write: from a repository that cannot be written everything lists, restores and checks, and nothing in it changes.
. "${0%/*}/lib.sh"
need_root
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
name=$(save here "$ROOT/lib")
save here "$ROOT/man"
bs-walk "$ROOT/man" | bs-chunk > stream

# listing: all that a listing and a checksum can tell of the repository.
listing() {
  (cd "$TMP/repository" && find . -printf '%p %y %m %s %T@ %C@ %i\n' | sort && find . -type f -exec sha256sum {} + | sort)
}
reads() {
  bs-ls > out
  bs-ls -l "$name" >> out
  bs-check --read-data >> out
  bs-cat "$name" Backshift.Posix/Libc.cs | expect_same "$ROOT/lib/Backshift.Posix/Libc.cs" -
  bs-read "$name" | bs-ls - > out
  expect_saved "$name" "$ROOT/lib"
}
refuses() {
  local status=0
  bs-store --host here < stream > out 2> said || status=$?
  case $status in 73 | 74 | 77) ;; *) cat said; fail "bs-store: status $status where it may not write" ;; esac
  [ -s said ] && ! grep -q '^   at ' said || { cat said; fail "not said why"; }
  expect_empty out
}
listing > before

# A mount that is read-only.
if mount --bind repository repository 2> /dev/null && mount -o remount,bind,ro repository; then
  reads
  refuses
  umount repository
else
  echo "may not mount"
fi
listing > after
expect_same before after

# Somebody who may only read it; also without an index.
need setpriv
chmod -R a+rX "$TMP"
as_nobody() {
  setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}
if as_nobody test -r "$BIN/bs-ls" -a -r repository/backshift; then
  as_nobody bs-ls > out
  [ "$(wc -l < out)" -eq 2 ] || fail "not two savesets: $(cat out)"
  as_nobody bs-check --read-data > out
  as_nobody bs-tar "$name" | tar --diff -f - -C "$ROOT/lib"
  status=0
  as_nobody bs-store --host here < stream > out 2> said || status=$?
  case $status in 73 | 74 | 77) ;; *) cat said; fail "bs-store: status $status for one who may not write" ;; esac
fi
mv repository/index index
expect_saved "$name" "$ROOT/lib"
[ ! -e repository/index ] || fail "a reader has made an index"
