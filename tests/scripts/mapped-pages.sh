# A page that is mapped and dirty when a file is read can be written to again without a new mtime. bs-chunk has the kernel write it before it reads, so that the
# next save sees the change and does not take the file for unchanged.
# only: bin
. "${0%/*}/lib.sh"
case $(stat -f -c %T .) in ext* | xfs | btrfs) ;; *) skip "pages of $(stat -f -c %T .) are never clean, or nobody knows" ;; esac
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir tree
head -c 1000000 /dev/urandom > tree/database
sync tree/database
sleep 2.2

mkfifo command
exec 7<> command
"$PYTHON" "$ROOT/tests/scripts/mapped-pages.py" tree/database < command > written & writer=$!
at_exit kill "$writer"
until grep -qx 0 written; do sleep 0.05; done
# Older than the two seconds within which a file is read again anyway.
sleep 3
before=$(stat -c %y tree/database)
(cd tree && bs-walk . | bs-since | bs-chunk | bs-store --host first) > name
bs-cat "$(cat name)" database > first
[ "$(stat -c %y tree/database)" = "$before" ] || fail "the file changed while nobody wrote to it"
echo again >&7
until grep -qx 1 written; do sleep 0.05; done
[ "$(stat -c %y tree/database)" != "$before" ] || fail "a write through the mapping gave no new mtime: the next save would not see it"
(cd tree && bs-walk . | bs-since | bs-chunk | bs-store --host first) > name
bs-cat "$(cat name)" database > second
cmp -s second tree/database || fail "the second save has the content of the first"
! cmp -s first second || fail "nothing was written: nothing is tested"
