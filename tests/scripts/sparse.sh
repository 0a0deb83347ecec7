# A file of 1 TB with 1 MB of data on ext4, xfs and btrfs: saved, listed, put into tar, taken out of tar again and restored with its holes, in about the time of
# 1 MB. What counts is that nobody reads or writes the holes; times are printed, and judged by a limit that only a terabyte misses.
# only: bin
. "${0%/*}/lib.sh"
need_root
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

cat > sparse.py << 'EOF'
"""make FILE: write it. check FILE: what is wrong with it, if anything is."""
import os, random, sys
MB, TB = 1 << 20, 1 << 40
# A hole first, data in the middle, one byte alone, and a hole at the end.
PIECES = [(64 * MB, MB // 2), (TB // 2 + 65536, MB // 2 - 65536), (TB - 64 * MB, 1)]
def data(number, size):
    return random.Random(number).randbytes(size)
def check(path):
    file = os.open(path, os.O_RDONLY)
    status = os.fstat(file)
    if status.st_size != TB:
        return f"{status.st_size} bytes long"
    if status.st_blocks * 512 > 4 * MB:
        return f"takes {status.st_blocks} blocks"
    for number, (offset, size) in enumerate(PIECES):
        if os.pread(file, size, offset) != data(number, size):
            return f"another content at {offset}"
    # Nothing else is in it.
    offset = 0
    while True:
        try:
            offset = os.lseek(file, offset, os.SEEK_DATA)
        except OSError:
            return None
        end = os.lseek(file, offset, os.SEEK_HOLE)
        rest = bytearray(os.pread(file, end - offset, offset))
        for start, size in PIECES:
            for at in range(max(start, offset), min(start + size, end)):
                rest[at - offset] = 0
        if any(rest):
            return f"content between the pieces, near {offset}"
        offset = end
if sys.argv[1] == "make":
    with open(sys.argv[2], "wb") as file:
        file.truncate(TB)
        for number, (offset, size) in enumerate(PIECES):
            file.seek(offset)
            file.write(data(number, size))
elif trouble := check(sys.argv[2]):
    sys.exit(f"{sys.argv[2]}: {trouble}")
EOF

# timed WORDS COMMAND…: COMMAND must take less than a minute; a terabyte takes more.
timed() {
  local words=$1 start=${EPOCHREALTIME/./} took
  shift
  timeout 60 "$@" || fail "$words: status $?"
  took=$((${EPOCHREALTIME/./} - start))
  printf '%s: %d.%03d s\n' "$words" $((took / 1000000)) $((took / 1000 % 1000)) >&2
}

checked=
for type in ext4 xfs btrfs; do
  image $type $type || continue
  checked="$checked $type"
  mkdir $type/tree $type/tar $type/again
  "$PYTHON" sparse.py make $type/tree/sparse
  "$PYTHON" sparse.py check $type/tree/sparse
  (cd $type/tree && timed "$type: save" sh -c 'bs-walk . | bs-chunk | bs-store > ../saveset')
  saveset=$(cat $type/saveset)
  timed "$type: list" bs-ls -l "$saveset" sparse > lines
  grep -q ' 1099511627776 .* sparse$' lines || fail "$(cat lines)"
  timed "$type: restore" sh -c 'bs-tar "$1" | tar -xSpf - -C "$2"' - "$saveset" $type/tar
  "$PYTHON" sparse.py check $type/tar/sparse
  timed "$type: archive" sh -c 'bs-tar "$1" sparse > "$2"' - "$saveset" $type.tar
  [ "$(stat -c %s $type.tar)" -lt 4000000 ] || fail "an archive of $(stat -c %s $type.tar) bytes"
  timed "$type: from the archive" sh -c 'bs-untar < "$1" | bs-chunk | bs-store > "$1.saveset"' - $type.tar
  timed "$type: restore that" sh -c 'bs-tar "$1" | tar -xSpf - -C "$2"' - "$(cat $type.tar.saveset)" $type/again
  "$PYTHON" sparse.py check $type/again/sparse
  # GNU tar's own archive of it, with its own idea of the holes.
  timed "$type: tar" tar -cSf $type.gnu.tar --format=pax -C $type/tree sparse
  timed "$type: from that" sh -c 'bs-untar < "$1" | bs-chunk | bs-store > "$1.saveset"' - $type.gnu.tar
  [ "$(bs-ls --json "$(cat $type.gnu.tar.saveset)" sparse | grep -c '"size":1099511627776')" -eq 1 ] || fail "$type: from tar"
done
[ -n "$checked" ] || skip "no image of ext4, xfs or btrfs can be mounted"
expect_good --read-data
