# An unchanged file is never opened again; every change is stored; an interrupted save serves the next; what is lost is read again.
# only: bin
# takes: 35
. "${0%/*}/lib.sh"

mkdir -p tree/sub
for i in 1 2 3 4 5 6; do seq "$i" 3000 > "tree/sub/f$i"; done
echo same-size-1 > tree/size
echo one > tree/renamed
echo gone > tree/deleted
echo linked > tree/link-a
ln tree/link-a tree/link-b
: > tree/empty
truncate -s 1M tree/sparse
printf data >> tree/sparse
ln -s empty tree/symlink
# Old enough: what is younger than the base's start less two seconds is read again.
sleep 3
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# save [OPTION of bs-since…]: the name of the new saveset; what bs-since and bs-store say in ./said
save() {
  bs-walk --host h "$TMP/tree" | bs-since -v "$@" 2> said | bs-chunk | bs-store -v 2> stored
}
# check_saved NAME: the saveset has the tree as it is
check_saved() {
  rm -rf restored
  mkdir restored
  bs-tar "$1" "${TMP#/}/tree" | tar xpf - -C restored
  same_tree tree "restored$TMP/tree"
}
said() {
  grep -qF -- "$1" said || { cat said; fail "not said: $1"; }
}

first=$(save)
check_saved "$first"
said "no base: every file is read"

# --- unchanged: nothing is opened, next to nothing is added
packs() { find repository/packs -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }'; }
before=$(packs)
sleep 3
second=$(save)
check_saved "$second"
said "base $first"
said "13 files, 13 of them unchanged"
[ $(($(packs) - before)) -lt 1000 ] || fail "an unchanged tree added $(($(packs) - before)) bytes"
bs-check
if command -v strace > /dev/null; then
  bs-walk --host h "$TMP/tree" | bs-since | strace -f -e trace=open,openat,openat2 -o trace bs-chunk | bs-store > name
  ! grep -F "$TMP/tree" trace || fail "an unchanged file was opened"
  check_saved "$(cat name)"
fi

# --- the list of find(1) comes in another order
find "$TMP/tree" -print0 | bs-walk --host h | bs-since -v 2> said | bs-chunk | bs-store > name
said "13 files, 13 of them unchanged"
check_saved "$(cat name)"

# --- changed, changed in the same length with mtime set back, touched, renamed, deleted, new, its mode alone changed
echo more >> tree/sub/f1
touch -r tree/size stamp
echo SAME-SIZE-2 > tree/size
touch -r stamp tree/size
touch tree/sub/f2
mv tree/renamed tree/renamed-too
rm tree/deleted
echo new > tree/new
chmod 600 tree/sub/f3
third=$(save)
check_saved "$third"
# f1, size, f2, renamed-too, new and f3; link-b becomes a link
said "13 files, 7 of them unchanged"

# --- what may be ignored: f3's mode is stored all the same
sleep 3
fourth=$(save)
[ "$fourth" != "$third" ] || fail "two savesets have one name"
chmod 640 tree/sub/f3
save --ignore-ctime > name
said "13 files, 13 of them unchanged"
check_saved "$(cat name)"
cp -p tree/sub/f4 copy && mv copy tree/sub/f4
save --ignore-ctime --ignore-inode > name
said "13 files, 13 of them unchanged"
check_saved "$(cat name)"
save --reread > name
! grep -qF 'base h@' said || fail "--reread takes a base"
check_saved "$(cat name)"

# --- without bs-since the same is stored, only slower
bs-walk --host h "$TMP/tree" | bs-chunk | bs-store > name
check_saved "$(cat name)"

# --- files that were only touched are read, and their bytes stay in bs-chunk; where one changed a little, most of them do
find "$TMP/tree" -type f -exec touch {} +
read -r bytes < <(bs-walk --host h "$TMP/tree" | bs-chunk | wc -c)
read -r touched < <(bs-walk --host h "$TMP/tree" | bs-since | bs-chunk | wc -c)
[ "$touched" -lt $((bytes / 10)) ] || fail "$touched bytes of $bytes go on, and nothing changed but times"
bs-walk --host h "$TMP/tree" | bs-since | bs-chunk | bs-store > name
check_saved "$(cat name)"

# --- a file whose time is not safely before the base's start is not trusted
sleep 3
echo young > tree/young
touch -d '+1 hour' tree/young
save > name
save > name
said "14 files, 13 of them unchanged"

# --- cut: no end, and what came is a base
sleep 3
bs-walk --host cut "$TMP/tree" > walked
size=$(stat -c %s walked)
expect_status 65 sh -c 'head -c '"$((size - 40))"' walked | bs-since 2> /dev/null | bs-chunk 2> /dev/null | bs-store 2> said'
said "incomplete saveset cut@"
bs-since -v < walked 2> said | bs-chunk | bs-store > name
said "entries, incomplete"
# Not young.
said "14 files, 13 of them unchanged"

# --- packs of contents are lost: those files are read again, and the new saveset is whole
for pack in repository/packs/*/*; do
  [ "$(od -An -tu1 -j11 -N1 "$pack")" -ne 0 ] || rm -f "$pack"
done
expect_status 65 bs-check > damage 2>&1
healed=$(save)
said "unchanged but read again because some of their chunks are missing"
check_saved "$healed"
# The trees, too.
rm -rf repository/packs/*
save > name
said "files that cannot be looked up in it are read"
check_saved "$(cat name)"
expect_status 66 sh -c "bs-since $TMP/nothing < walked"
