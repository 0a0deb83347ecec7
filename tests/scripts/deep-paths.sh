# A tree with paths longer than a node of the entry tree is saved, listed and read like any other: each level of the tree is at most half as wide as the one
# below it.
# only: bin
# takes: 30
. "${0%/*}/lib.sh"
need :msgpack
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# By themselves: directories within each other, to 41 kB, and an innocent file.
mkdir -p home/eve home/ann
echo precious > home/ann/thesis
(
  cd home/eve
  name=$(printf 'd%.0s' $(seq 255))
  for _ in $(seq 160); do mkdir "$name" && cd -P "$name"; done
)
name=$(bs-walk --host box home | bs-chunk | bs-store)
[ "$(bs-cat "$name" home/ann/thesis)" = precious ] || fail "a file beside a deep directory cannot be read"
[ "$(bs-ls -0 "$name" | tr -dc '\0' | wc -c)" -eq 164 ] || fail "bs-ls lists another number of entries"
expect_good --read-data

# Many paths of 65,535 bytes, and two: the levels must not grow without end, nor the memory.
for count in 2 300; do
  "$PYTHON" - $count > stream << 'END'
import msgpack, sys
def w(**m): sys.stdout.buffer.write(msgpack.packb(m))
w(kind="begin", version=1, host="long", started=msgpack.Timestamp(1700000000 + int(sys.argv[1]), 0))
for i in range(int(sys.argv[1])):
    w(kind="entry", path=b"p" * 65529 + b"%06d" % i, type="dir")
w(kind="end", entries=int(sys.argv[1]))
END
  bs-store < stream > name
  [ "$(bs-ls -0 "$(cat name)" | tr -dc '\0' | wc -c)" -eq $count ] || fail "not $count entries of long paths"
  bs-tar "$(cat name)" | tar t > listed
  [ "$(wc -l < listed)" -eq $count ] || fail "not $count members of long paths"
done
expect_good --read-data

# One member of an archive whose name is that long, among others.
mkdir -p archive
echo short > archive/short
tar cf - --transform "s,^archive/short\$,$(printf 'n%.0s' $(seq 200))/$(printf 'm%.0s' $(seq 40000))," archive/short > long.tar
bs-untar < long.tar 2> said | bs-chunk | bs-store --host tar > name
[ "$(bs-ls -0 "$(cat name)" | tr -dc '\0' | wc -c)" -eq 1 ] || { cat said; fail "an archive's long name is not listed"; }
expect_good --read-data
