# The index only helps. Whatever happens to its runs (a flipped bit before a merge, wrong entries under right checksums, a run that claims to replace all
# others, EIO), everything restores, bs-check names the run and none of its victims, saves end with 0, and afterwards everything is well without `rm index/*`.
# timeout: 900
# only: bin
# takes: 40
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
mkdir tree
bs-init --plain base > /dev/null
for n in 1 2 3 4 5 6; do
  head -c 400000 /dev/urandom > tree/file-$n
  BACKSHIFT_REPOSITORY=$TMP/base save box tree > name
done
last=$(cat name)
fresh() {
  rm -rf repository
  cp -a base repository
}

# run COMMAND…: changes or makes a run, see below.
run() {
  "$PYTHON" - "$@" << 'END'
import hashlib, os, struct, sys
top = "repository/index"
def read(name):
    data = open(os.path.join(top, name), "rb").read()
    p, r, e, f = struct.unpack_from("<IIQI", data, 32)
    at = 64
    packs = [data[at + 16 * i:at + 16 * i + 16] for i in range(p)]
    at += 16 * p
    replaced = [data[at + 16 * i:at + 16 * i + 16] for i in range(r)]
    at += 16 * r + 32 * f + 32
    return packs, replaced, [struct.unpack_from(">Q", data, at + 16 * i) + struct.unpack_from("<II", data, at + 16 * i + 8) for i in range(e)]
def write(name, packs, replaced, entries, filters=b""):
    head = b"BACKSHFTR\1\0\0" + bytes(4) + bytes.fromhex(name) + struct.pack("<IIQI", len(packs), len(replaced), len(entries), len(filters) // 32) + bytes(12)
    front = head + b"".join(packs) + b"".join(replaced) + filters
    table = b"".join(struct.pack(">Q", k) + struct.pack("<II", p, s) for k, p, s in sorted(entries))
    open(os.path.join(top, name), "wb").write(front + hashlib.sha256(front).digest() + table + hashlib.sha256(table).digest())
names = sorted(os.listdir(top))
what = sys.argv[1]
if what == "flip":         # a bit of the slot of every third entry of the largest run
    name = max(names, key=lambda n: os.path.getsize(os.path.join(top, n)))
    data = bytearray(open(os.path.join(top, name), "rb").read())
    p, r, e, f = struct.unpack_from("<IIQI", data, 32)
    for i in range(0, e, 3):
        data[64 + 16 * (p + r) + 32 * f + 32 + 16 * i + 12] ^= 1
    open(os.path.join(top, name), "wb").write(data)
elif what == "rot":        # a byte of every run
    for name in names:
        path = os.path.join(top, name)
        data = bytearray(open(path, "rb").read())
        data[int(sys.argv[2])] ^= 0x10
        open(path, "wb").write(data)
elif what == "slots":      # wrong slots, right checksums
    for name in names:
        packs, replaced, entries = read(name)
        write(name, packs, replaced, [(k, p, s ^ 1) for k, p, s in entries])
elif what == "half":       # every second entry
    for name in names:
        packs, replaced, entries = read(name)
        write(name, packs, replaced, entries[::2])
elif what == "zero":       # a filter that says no
    for name in names:
        packs, replaced, entries = read(name)
        write(name, packs, replaced, entries, bytes(32))
elif what == "usurper":    # replaces all, names all packs, and knows none of their chunks
    packs = [p for name in names for p in read(name)[0]]
    write("c0" * 16, packs, [bytes.fromhex(name) for name in names], [])
END
}

# restores WHAT: every saveset comes back, whatever bs-check says.
restores() {
  bs-tar "$last" > archive 2> tar.said || { cat tar.said; fail "$1: bs-tar: status $?"; }
  tar --diff -f archive -C tree || fail "$1: wrong bytes"
  bs-cat "$last" file-2 | cmp - tree/file-2 || fail "$1: bs-cat"
  bs-ls -l "$last" > out 2> said || fail "$1: bs-ls: status $?"
}
# named WHAT: bs-check says that runs are wrong, and names no file.
named() {
  local status=0
  bs-check > out 2> said || status=$?
  [ $status -eq 65 ] || { cat out said; fail "$1: bs-check: status $status"; }
  grep -q '^bs-check: run ' said || { cat said; fail "$1: bs-check does not name the run"; }
  ! grep -q 'file-\|is missing\|is not in the repository' said || { cat said; fail "$1: bs-check names victims"; }
}
# heals WHAT: saves end with 0, and then all is well.
heals() {
  for n in 1 2 3; do
    head -c 3000 /dev/urandom > tree/more
    save box tree > name 2> said || { cat said; fail "$1: save $n: status $?"; }
    expect_saved "$(cat name)" tree
  done
  expect_good --read-data
  rm tree/more
  restores "$1, after saves"
  expect_empty tar.said
  [ "$(ls repository/index | wc -l)" -le 9 ] || fail "$1: $(ls repository/index | wc -l) runs"
}

for what in flip "rot 3" "rot 70" "rot 40"; do
  fresh
  # shellcheck disable=SC2086
  run $what
  restores "$what"
  named "$what"
  heals "$what"
done
# What is wrong under right checksums: bs-check names it; a writer makes it anew once it is sent a reference that it hides.
for what in slots half zero usurper; do
  fresh
  run $what
  restores "$what"
  named "$what"
  (cd tree && bs-walk . | bs-since --host box | bs-chunk | bs-store --host box) > name 2> said || { cat said; fail "$what: a save: status $?"; }
  expect_saved "$(cat name)" tree
  restores "$what, after a save"
done

# A directory, a fifo, a loop of links, and somebody else's file in index/.
fresh
mkdir repository/index/00000000000000000000000000000000
mkfifo repository/index/11111111111111111111111111111111
ln -s 22222222222222222222222222222222 repository/index/22222222222222222222222222222222
echo > repository/index/33333333333333333333333333333333
timeout 60 bs-tar "$last" > archive 2> said || { cat said; fail "odd files in index/: bs-tar: status $?"; }
save box tree > name 2> said || { cat said; fail "odd files in index/: a save: status $?"; }
expect_saved "$(cat name)" tree
[ ! -e repository/index/33333333333333333333333333333333 ] || fail "what is no run at all stays"

# EIO from a run: of its status, in its head, in its entries.
need strace
strace -o log true 2> /dev/null || skip "strace may not trace here"
fresh
first_run=$(find "$PWD/repository/index" -type f | sort | head -n 1)
for call in pread64 statx; do
  for when in 1 2 3+; do
    status=0
    strace -f -o log -P "$first_run" -e "trace=$call" -e "inject=$call:error=EIO:when=$when" bs-tar "$last" > archive 2> tar.said || status=$?
    [ $status -eq 0 ] || { cat tar.said; fail "EIO of $call $when in a run: bs-tar: status $status"; }
    tar --diff -f archive -C tree || fail "EIO of $call $when: wrong bytes"
    (cd tree && bs-walk . | bs-chunk) |
      strace -f -o log -P "$first_run" -e "trace=$call" -e "inject=$call:error=EIO:when=$when" bs-store --host box > name 2> said || status=$?
    [ $status -eq 0 ] || { cat said; fail "EIO of $call $when in a run: bs-store: status $status"; }
    [ "$(grep -c "run ${first_run##*/}" said)" -le 1 ] || { cat said; fail "said more than once"; }
    expect_saved "$(cat name)" tree
  done
done
expect_good --read-data
