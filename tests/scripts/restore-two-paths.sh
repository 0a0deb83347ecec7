# Two paths that lead to one directory, by a mount: bs-restore compares files ahead, and what it writes by one path must not leave what it compared by the
# other unnoticed.
# only: bin
. "${0%/*}/lib.sh"
need unshare
unshare -rm mount --bind . . 2> said || skip "may not mount: $(head -n 1 said)"

mkdir -p tree/a tree/b disk/a disk/b
echo one > tree/a/f
echo two > tree/b/f
touch -d @1000000000 tree/*/f tree/* tree
bs-init --plain repo
(cd tree && bs-save -r ../repo a b) 2> /dev/null || fail "not saved"

# The one file that is there is what b/f was: it is found so, and then a/f is written in its place.
cp -p tree/b/f disk/a/f
status=0
unshare -rm sh -c 'mount --bind disk/a disk/b && exec bs-restore -r repo -C disk --only-changed @latest' 2> said || status=$?
[ "$(cat disk/a/f)" = one ] || fail "a/f was not put back"
[ "$status" -eq 3 ] || fail "status $status: $(cat said)"
grep -q '^bs-restore: b/f: was changed after it was compared; left out$' said || fail "b/f is not named: $(cat said)"

# Where nothing differs, nothing is reported.
rm -r disk/a
mkdir disk/a
bs-restore -r repo -C disk @latest
unshare -rm sh -c 'mount --bind disk/a disk/a && exec bs-restore -r repo -C disk --only-changed -v @latest' > out 2> said || fail "$(cat said)"
[ ! -s said ] && [ ! -s out ] || fail "reported: $(cat out said)"
