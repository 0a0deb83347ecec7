# Runs that are made to cost memory or time: every reader takes at most 300 MB and a few seconds, and gives the right bytes; so does the next save.
# timeout: 600
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
mkdir tree
cp -a "$ROOT/man" tree/man
bs-init --plain base > /dev/null
BACKSHIFT_REPOSITORY=$TMP/base save box tree > name
name=$(cat name)

# run WHAT: a run in repository/index, sparse, its checksums right where that counts.
run() {
  "$PYTHON" - "$1" << 'END'
import hashlib, os, struct, sys
what = sys.argv[1]
ff = "f" * 32
def write(packs, replaced, entries, blocks, name=ff):
    """Zeros for all tables; the hash of so many zeros is taken in pieces."""
    head = b"BACKSHFTR\1\0\0" + bytes(4) + bytes.fromhex(name) + struct.pack("<IIQI", packs, replaced, entries, blocks) + bytes(12)
    middle = 16 * (packs + replaced) + 32 * blocks
    def digest(start, length):
        h = hashlib.sha256(start)
        zeros = bytes(1 << 20)
        while length > 0:
            h.update(zeros[:length])
            length -= len(zeros)
        return h.digest()
    with open("repository/index/" + name, "wb") as file:
        file.write(head)
        file.seek(64 + middle)
        file.write(digest(head, middle))
        file.seek(16 * entries, os.SEEK_CUR)
        file.write(digest(b"", 16 * entries))
if what == "filter":              # a filter of 1 GiB for nothing
    write(1, 0, 1, 1 << 25)
elif what == "filter-of-many":    # as much filter as a run may have
    write(1, 0, 1 << 26, (1 << 22) + 8)
elif what == "packs":             # 2^24 packs
    write(1 << 24, 0, 1, 1)
elif what == "most-packs":        # as many packs and replaced runs as a run may have, five of them
    for i in range(5):
        write(1 << 20, 1 << 16, 1 << 16, 1, "%032x" % i)
elif what == "replaced":
    write(1, 1 << 24, 1, 1)
elif what == "alike":             # 4 million entries of one key
    write(1, 0, 1 << 22, 0)
elif what == "many":              # more runs than anyone may open
    for i in range(3000):
        write(1, 0, 1, 1, "%032x" % i)
END
}
# light WHAT COMMAND…: COMMAND with little memory and in little time. The runtime takes 40 to 60 MB by itself.
light() {
  local what=$1 status=0
  shift
  timeout 100 "$PYTHON" - "$@" > out 2> said << 'END' || status=$?
import os, resource, subprocess, sys
status = subprocess.call(sys.argv[1:], stdin=open("stream", "rb"))
print("memory", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
sys.exit(status)
END
  memory=$(sed -n 's/^memory //p' said)
  echo "$what: $1: status $status, $memory MB"
  [ -n "$memory" ] && [ "$memory" -le 300 ] || { head -n 5 said; fail "$what: $*: ${memory:-no} MB"; }
  return $status
}
(cd tree && bs-walk . | bs-chunk) > stream
for what in filter filter-of-many packs most-packs replaced alike many; do
  rm -rf repository
  cp -a base repository
  run $what
  light $what bs-tar "$name" || { cat said; fail "$what: bs-tar: status $?"; }
  tar --diff -f out -C tree || fail "$what: wrong bytes"
  light $what bs-ls || fail "$what: bs-ls: status $?"
  light $what bs-check || [ $? -eq 65 ] || { cat said; fail "$what: bs-check"; }
  light $what bs-store --host box || { cat said; fail "$what: bs-store: status $?"; }
  expect_saved box@latest tree
done
