# A changed file is stored as a delta against its earlier version: a save after small changes adds little, every version comes back to the last bit, by bs-tar
# and by the reader that was written from the page, and bs-check knows what a delta stands on.
# only: bin
# takes: 40
. "${0%/*}/lib.sh"
need :msgpack :zstandard
export BACKSHIFT_REPOSITORY=$PWD/repository PYTHONDONTWRITEBYTECODE=1
bs-init --plain repository

# Contents that do not compress, so that what is stored again shows: 40 files of 60 kB, one of 6 MB, which has a list of parts.
"$PYTHON" - <<'P'
import os, random
random.seed(7)
os.makedirs('tree/d')
for i in range(40):
    open('tree/d/%02d' % i, 'wb').write(random.randbytes(60000))
open('tree/large', 'wb').write(random.randbytes(6000000))
P
size() { find repository -type f -printf '%s\n' | awk '{ s += $1 } END { print s }'; }
save() { (cd tree && bs-walk . | bs-chunk | bs-store --host h --time "$1" "${@:2}") > /dev/null; }
save 20260101T000000Z
before=$(size)

# Ten versions, each with a few bytes changed, inserted or removed in every file.
for version in 1 2 3 4 5 6 7 8 9 10; do
  "$PYTHON" - "$version" <<'P'
import glob, random, sys
random.seed(int(sys.argv[1]))
for name in sorted(glob.glob('tree/d/*')) + ['tree/large'] * 5:
    b = bytearray(open(name, 'rb').read())
    at = random.randrange(len(b))
    b[at:at + random.randrange(9)] = random.randbytes(random.randrange(9))
    open(name, 'wb').write(b)
P
  save "202601$((10 + version))T000000Z"
  cp -a tree "tree-$version"
  after[version]=$(size)
done
[ $((after[1] - before)) -lt 100000 ] || fail "the first change of 200 bytes in 8.4 MB added $((after[1] - before)) bytes"

# Depth is bounded: within ten versions of the same chunks something was stored whole again, which costs its size.
[ $((after[10] - before)) -lt 3000000 ] || fail "ten changes added $((after[10] - before)) bytes"

for version in 1 5 10; do
  mkdir "out-$version"
  bs-tar "h@202601$((10 + version))" | tar xpf - -C "out-$version"
  same_tree "tree-$version" "out-$version"
done
"$PYTHON" "$ROOT/examples/restore.py" repository h@20260120T000000Z by-page
same_tree tree-10 by-page
expect_status 0 bs-check --read-data

# Without deltas the same is stored whole.
"$PYTHON" - <<'P'
b = bytearray(open('tree/large', 'rb').read()); b[3000000] ^= 1; open('tree/large', 'wb').write(b)
P
small=$(size)
save 20260201T000000Z --no-delta
[ $(($(size) - small)) -gt 8000 ] || fail "a chunk that is no delta takes $(($(size) - small)) bytes"

# A delta without what it stands on is damage, and the files are named. The first save's contents lie in the oldest pack that is large.
oldest=$(find repository/packs -type f -size +1000k -printf '%T@ %p\n' | sort -n | head -n 1 | cut -d ' ' -f 2)
rm "$oldest"
expect_status 65 bs-check 2> damage
grep -q 'h@20260111T000000Z: d/00: .*delta' damage || fail "$(head -n 5 damage)"
