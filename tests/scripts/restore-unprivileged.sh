# Without root bs-restore restores what it may, reports what it could not set, ten of each kind by name, and ends with status 3; a program never gets the
# set-user-ID bit of an
# owner that it does not have. Run again over directories that it may not write to, it goes on.
# only: bin
. "${0%/*}/lib.sh"
need_root
need setpriv
work=$(mktemp -d /tmp/backshift.unprivileged.XXXXXX)
at_exit rm -rf "$work"
chmod 755 "$work"
cd "$work"
as_nobody() { env -u BACKSHIFT_REPOSITORY setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
as_nobody test -r "$BIN/bs-restore" || skip "the programs cannot be read without root"
as_nobody test -x "$work" || skip "no directory for all"
export BACKSHIFT_REPOSITORY=$work/repository
bs-init --plain

# One's own: everything but a device comes back.
mkdir -p tree/closed/deep tree/open
echo own > tree/closed/deep/file
echo x > tree/open/x
ln tree/open/x tree/closed/x
ln -s x tree/open/link
mkfifo tree/open/fifo
chmod 640 tree/open/x
chmod 555 tree/closed
chmod 111 tree/closed/deep
chown -Rh 65534:65534 tree
own=$(save own tree)
chmod -R a+rX repository
mkdir own
chown 65534 own
as_nobody bs-restore -r repository "$own" -C own 2> said || { cat said; fail "one's own: status $?"; }
expect_empty said
same_tree tree own
as_nobody bs-restore -r repository "$own" -C own 2> said || { cat said; fail "one's own again: status $?"; }
same_tree tree own
rm -rf own/closed/deep
mkdir own/closed/deep
chown 65534:65534 own/closed/deep
chmod 0 own/closed/deep
as_nobody bs-restore -r repository "$own" -C own --only-changed 2> said || { cat said; fail "one's own, a part of it gone: status $?"; }
same_tree tree own

# Another's.
for i in $(seq 15); do echo "$i" > "tree/open/$i"; done
echo program > tree/open/suid
chown 0:0 tree/open/*
chmod 6755 tree/open/suid
mknod tree/open/null c 1 3
need_trusted=0
setfattr -n trusted.x -v y tree/open/1 2> /dev/null && need_trusted=1
other=$(save other tree)
chmod -R a+rX repository
mkdir other
chown 65534 other
status=0
as_nobody bs-restore -r repository "$other" -C other > out 2> said || status=$?
[ $status -eq 3 ] || { cat said; fail "status $status"; }
[ "$(grep -c ' owner 0:0 cannot be set: Operation not permitted$' said)" = 10 ] || fail "$(cat said)"
grep -Eq '^bs-restore: owners of [0-9]+ more entries could not be set$' said || fail "$(cat said)"
grep -q '^bs-restore: open/null: a device cannot be made: Operation not permitted$' said || fail "$(cat said)"
grep -q '^bs-restore: open/suid: its set-user-ID or set-group-ID bit is not set' said || fail "$(cat said)"
[ $need_trusted = 0 ] || grep -q '^bs-restore: open/1: attribute trusted.x cannot be set' said || fail "$(cat said)"
[ "$(stat -c %a other/open/suid)" = 755 ] || fail "$(ls -l other/open)"
rm tree/open/null
touch -r other/open tree/open
same_tree tree other --without uid,gid,mode,xattr
# -v names them all.
as_nobody bs-restore -r repository "$other" -C other -v > out 2> said || true
! grep -q 'more entries' said || fail "$(cat said)"

# By name: the numbers of this system count.
mkdir named
bs-read "$own" | bs-json | sed 's/"uid":65534/"uid":4242/' | bs-json -d | bs-restore - -C named
[ "$(stat -c %u named/open/x)" = 4242 ] || fail "$(ls -ln named/open)"
rm -rf named
mkdir named
bs-read "$own" | bs-json | sed 's/"uid":65534/"uid":4242/' | bs-json -d | bs-restore - -C named --by-name
[ "$(stat -c %u named/open/x)" = 65534 ] || fail "$(ls -ln named/open)"
