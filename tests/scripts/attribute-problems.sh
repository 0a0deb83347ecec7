# Attributes that cannot be saved are problems that mark their entry, which is saved all the same: one that may not be read, and more than an entry has room
# for. With --no-xattrs nobody asks for them.
. "${0%/*}/lib.sh"
need_root
need_xattrs
need setpriv
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir tree
chmod 755 . tree
echo secret > tree/secret
setfattr -n user.secret -v x tree/secret
chmod 600 tree/secret
: > tree/empty
setfattr -n user.secret -v x tree/empty
chmod 600 tree/empty
echo open > tree/open
setfattr -n user.open -v x tree/open

# A file that may not be read is left out, and what its attributes were is nobody's; an empty one is kept without them.
# The repository is root's alone, so the cutter of nobody is the public one.
nobody() {
  env -u BACKSHIFT_REPOSITORY setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
expect_status 3 nobody bs-walk tree > stream 2> said
printf 'bs-walk: tree/%s: its attribute user.secret is not saved: Permission denied\n' empty secret > wanted
expect_same wanted said
nobody bs-chunk < stream > cut 2> said && fail "status 0"
expect_status 3 bs-store < cut > saveset
bs-ls --problems "$(cat saveset)" > problems
grep -q 'tree/empty.*user.secret' problems || fail "$(cat problems)"
bs-ls -l "$(cat saveset)" > lines
grep -q '^-rw-------! .* tree/empty$' lines || fail "$(cat lines)"
grep -q '^-rw-r--r--  .* tree/open$' lines || fail "$(cat lines)"
bs-ls --attributes "$(cat saveset)" > told
printf '# file: tree/open\nuser.open=0x78\n\n' > wanted
expect_same wanted told

nobody bs-walk --no-xattrs tree > stream
bs-json < stream | grep xattrs && fail "attributes without being asked"
bs-save --no-xattrs -n tree | grep -q 'bs-walk --no-xattrs' || fail "bs-save does not pass --no-xattrs on"

# XFS lets a file have more than fits into an entry.
image xfs xfs || exit 0
echo content > xfs/file
"$PYTHON" -c 'import os
for n in range(70): os.setxattr("xfs/file", f"user.{n:02}", bytes([n]) * 65536)'
expect_status 3 bs-walk xfs > stream 2> said
[ "$(cat said)" = "bs-walk: xfs/file: has more than 4194304 bytes of attributes: user.63 and later ones are not saved" ] || fail "$(cat said)"
status=0
bs-chunk < stream 2> said | bs-store > saveset || status=$?
[ $status -eq 3 ] || fail "status $status"
[ "$(bs-ls --json "$(cat saveset)" xfs/file | grep -o '"user\.' | wc -l)" -eq 63 ] || fail "not 63 attributes"
mkdir restored
bs-tar "$(cat saveset)" | tar -xf - --xattrs '--xattrs-include=*' -C xfs --transform 's,^xfs/file,again,' 2> said
[ "$(getfattr --only-values -n user.62 xfs/again | sha256sum)" = "$(getfattr --only-values -n user.62 xfs/file | sha256sum)" ] ||
  fail "the attribute differs: $(cat said)"
