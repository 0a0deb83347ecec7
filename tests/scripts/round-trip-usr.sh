# The programs and documents of this very system come back as they are: some 30,000 files of /usr; all of it with BACKSHIFT_LONG=1.
# only: bin
# timeout: 1800
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
if [ -n "${BACKSHIFT_LONG:-}" ]; then
  trees=(usr)
else
  trees=()
  for tree in usr/include usr/share/doc usr/share/man usr/share/zoneinfo usr/share/perl usr/lib/python3 usr/share/locale usr/sbin; do
    [ ! -d "/$tree" ] || trees+=("$tree")
  done
fi

cd /
find "${trees[@]}" -xdev -print0 | bs-walk | bs-chunk | bs-store > "$TMP/name" || fail "status $?: did something change /usr meanwhile?"
cd "$TMP"
name=$(cat name)
(cd / && find "${trees[@]}" -xdev ! -type s -printf x | wc -c) > found
[ "$(bs-ls "$name" | wc -l)" -eq "$(cat found)" ] || fail "$(bs-ls "$name" | wc -l) entries of $(cat found)"
echo "$(cat found) entries"

bs-tar "$name" > archive
tar --diff -f archive -C / > differences 2>&1 || { head -n 20 differences; fail "tar --diff: status $?"; }
expect_empty differences
mkdir restored
tar xpf archive --xattrs '--xattrs-include=*' --acls -C restored
rm archive
for tree in "${trees[@]}"; do
  same_tree "/$tree" "restored/$tree"
done
expect_good --read-data

# Once more, by bs-walk's own walk: nothing is new.
(cd / && bs-walk -x "${trees[@]}" | bs-chunk | bs-store --host again) > again
bs-tar "$(cat again)" | sha256sum > second
bs-tar "$name" | sha256sum > first
expect_same first second
