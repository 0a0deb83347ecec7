# Holes may begin and end anywhere: a filter, an archive or another file system makes them, and runs of data between them need not fill the blocks of an
# archive. GNU tar, bsdtar and Python bring back the same bytes from what bs-tar writes, and so does bs-untar.
# only: bin
# takes: 30
. "${0%/*}/lib.sh"
need :msgpack
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
"$PYTHON" - << 'END' | bs-store --host odd > name
import msgpack, random, sys
def write(**record):
    sys.stdout.buffer.write(msgpack.packb(record))
write(kind="begin", version=1)
chance = random.Random(5)
sizes = [1, 2, 100, 511, 512, 513, 1000, 1023, 1024, 4096, 5000]
for number in range(60):
    parts = [(chance.random() < 0.5, chance.choice(sizes)) for _ in range(chance.randrange(1, 12))]
    write(kind="entry", path=b"%02d" % number, type="file", mode=0o644, content=True, size=sum(size for _, size in parts))
    for hole, size in parts:
        if hole:
            write(kind="hole", size=size)
        else:
            write(kind="chunk", size=size, bytes=bytes(chance.randrange(1, 256) for _ in range(size)))
write(kind="end")
END
name=$(cat name)
mkdir wanted gnu bsd python
for number in {00..59}; do bs-cat "$name" "$number" > "wanted/$number"; done
bs-tar "$name" > archive
[ "$(tar tf archive | wc -l)" -eq 60 ] || fail "not 60 entries"
grep -qa GNU.sparse archive || fail "nothing is sparse in the archive"
tar xf archive -C gnu
diff -r wanted gnu
"$PYTHON" -c 'import tarfile; tarfile.open("archive").extractall("python")' 2> /dev/null
diff -r wanted python
if command -v bsdtar > /dev/null; then
  bsdtar -xf archive -C bsd
  diff -r wanted bsd
fi
again=$(bs-untar < archive | bs-chunk | bs-store --host again)
for number in {00..59}; do bs-cat "$again" "$number" | expect_same "wanted/$number" -; done
