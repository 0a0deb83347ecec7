# only: bin
# bs-untar reads every kind of archive that GNU tar, bsdtar and Python write, and loses nothing that the archive holds: what bs-tar makes of it again
# unpacks to the same tree.
. "${0%/*}/lib.sh"
need tar

# again ARCHIVE DIRECTORY: the archive through bs-untar and bs-tar, unpacked into DIRECTORY.
again() {
  mkdir -p "$2"
  bs-untar < "$1" > stream || fail "bs-untar: status $?"
  bs-tar - < stream | tar -xpf - --warning=no-timestamp --xattrs '--xattrs-include=*' -C "$2"
}
# unpacked ARCHIVE DIRECTORY: the same archive unpacked by tar alone, to compare with.
unpacked() {
  mkdir -p "$2"
  tar -xpf "$1" --warning=no-timestamp --xattrs '--xattrs-include=*' -C "$2"
}

"$PYTHON" "$ROOT/tests/scripts/awkward-tree.py" awkward
# GNU tar cannot make paths longer than PATH_MAX; what is sparse comes below.
rm -rf awkward/deep awkward/contents/hole-huge
# What the oldest formats can hold too: short names, times from 1970 on.
mkdir -p plain/sub
echo hello > plain/file
ln plain/file plain/sub/hard
ln -s hard plain/sub/soft
mkfifo plain/sub/fifo
head -c 1000000 /dev/urandom > plain/large
printf x > "plain/$(printf 'bad\377\nname')"
touch -d '2001-02-03 04:05:06' plain/file
chmod 6751 plain/large

for format in v7 oldgnu gnu ustar pax; do
  # The seventh edition had no fifos.
  without=()
  [ $format != v7 ] || without=(--exclude=plain/sub/fifo)
  tar -c --format=$format "${without[@]}" -f plain-$format.tar plain
  again plain-$format.tar plain-$format
  unpacked plain-$format.tar tar-$format
  same_tree tar-$format/plain plain-$format/plain
done

# Long names, odd times and attributes. What a format cannot hold, tar itself leaves out: so what bs-untar gives is held against what tar unpacks.
for format in oldgnu gnu pax; do
  attributes=()
  [ $format != pax ] || attributes=(--xattrs)
  tar -c "${attributes[@]}" --format=$format -f awkward-$format.tar awkward 2> /dev/null || true
  again awkward-$format.tar awkward-$format
  unpacked awkward-$format.tar awkward-tar-$format
  same_tree awkward-tar-$format/awkward awkward-$format/awkward
done

# bsdtar has its own ways for the same things.
if command -v bsdtar > /dev/null; then
  for format in v7 ustar pax gnutar; do
    without=()
    [ $format != v7 ] || without=(--exclude=plain/sub/fifo)
    bsdtar -c --format=$format "${without[@]}" -f bsd-$format.tar plain
    # GNU tar loses the times of directories that are not written in one go, as bsdtar writes them.
    mkdir bsd-$format bsd-tar-$format
    bs-untar < bsd-$format.tar | bs-tar - | bsdtar -xpf - -C bsd-$format
    bsdtar -xpf bsd-$format.tar -C bsd-tar-$format
    same_tree bsd-tar-$format/plain bsd-$format/plain
  done
fi

# Python's.
"$PYTHON" - << 'END'
import tarfile
for name in ("USTAR", "GNU", "PAX"):
    with tarfile.open(f"python-{name}.tar", "w", format=getattr(tarfile, f"{name}_FORMAT"), errors="surrogateescape", encoding="utf-8") as archive:
        archive.add("plain")
END
for format in USTAR GNU PAX; do
  again python-$format.tar python-$format
  unpacked python-$format.tar python-tar-$format
  same_tree python-tar-$format/plain python-$format/plain
done

# A file of more than 8 GiB, and one of 1 TB of nearly nothing, in each form that GNU tar has for it; in well under a minute.
mkdir sparse
printf start > sparse/tera
printf middle | dd of=sparse/tera bs=1 seek=500000000000 conv=notrunc 2> /dev/null
truncate -s 1T sparse/tera 2> /dev/null || skip "no sparse files of 1 TB here"
truncate -s 9G sparse/nothing
for form in oldgnu 0.0 0.1 1.0; do
  case $form in
  oldgnu) tar -c --sparse --format=gnu -f sparse.tar sparse ;;
  *) tar -c --sparse --format=pax --sparse-version=$form -f sparse.tar sparse ;;
  esac
  bs-untar < sparse.tar | bs-json > lines
  "$PYTHON" - "$form" << 'END'
import base64, json, sys
sizes, total, content = {}, 0, {}
for line in open("lines"):
    record = json.loads(line)
    if record["kind"] == "entry":
        path = record["path"]
        sizes[path], content[path] = record.get("size"), []
        position = 0
    elif record["kind"] == "hole":
        position += record["size"]
    elif record["kind"] == "data":
        content[path].append((position, base64.b64decode(record["bytes"])))
        position += len(content[path][-1][1])
    if record["kind"] in ("hole", "data"):
        total = position
        assert position <= sizes[path]
assert sizes["sparse/tera"] == 1 << 40 and sizes["sparse/nothing"] == 9 << 30, (sys.argv[1], sizes)
def at(offset, length):
    for start, piece in content["sparse/tera"]:
        if start <= offset < start + len(piece):
            return piece[offset - start:][:length]
assert at(0, 5) == b"start" and at(500000000000, 6) == b"middle", sys.argv[1]
assert sum(len(piece) for _, piece in content["sparse/tera"]) < 1 << 20
END
done

# Many extents: the map of the old form needs blocks of its own, and that of 1.0 more than one.
"$PYTHON" -c '
with open("sparse/many", "wb") as file:
    for i in range(300):
        file.seek(i * 1000000)
        file.write(b"%d" % i)'
rm sparse/tera sparse/nothing
for form in oldgnu 0.0 0.1 1.0; do
  case $form in
  oldgnu) tar -c --sparse --format=gnu -f sparse.tar sparse ;;
  *) tar -c --sparse --format=pax --sparse-version=$form -f sparse.tar sparse ;;
  esac
  rm -rf many
  again sparse.tar many
  cmp sparse/many many/sparse/many
done

# Appended, labelled, incremental, joined.
tar -c --format=gnu --label=Tuesday -f label.tar plain/file
expect_text 'the label of the archive, "Tuesday", is not kept' bs-untar < label.tar
tar -c --listed-incremental=snapshot -f incremental.tar plain
again incremental.tar incremental
# Such a tree has a name that is no argument of tar: only the files are looked at.
cmp plain/large incremental/plain/large
# A file without other links: which of two names is the file and which the link is up to the order in which tar met them.
echo newer > plain/newer
tar -c --format=gnu -f appended.tar plain/newer
echo newest > plain/newer
tar -r --format=gnu -f appended.tar plain/newer
name=$(bs-untar < appended.tar | bs-chunk | bs-store --init --plain --host appended repository)
[ "$(bs-cat -r repository "$name" plain/newer)" = newest ] || fail "the older of two entries was kept"
cat plain-gnu.tar plain-pax.tar > joined.tar
[ "$(bs-untar -i < joined.tar | bs-json | grep -c '"kind":"entry"')" -eq "$((2 * $(bs-untar < plain-gnu.tar | bs-json | grep -c '"kind":"entry"')))" ] ||
  fail "not both archives"

# The writer of an archive with much behind its end is not cut off.
expect_status 0 bash -o pipefail -c '(cat plain-gnu.tar; head -c 10000000 /dev/zero) | bs-untar > /dev/null'
# Cut, the stream has no end, and the status of the last program says so.
head -c 5000 plain-gnu.tar | expect_status 65 bs-untar > cut 2> /dev/null
expect_status 65 bs-json < cut > /dev/null 2> message
gzip -c plain-gnu.tar | expect_text 'gzip -dc | bs-untar' bs-untar
expect_status 65 bs-untar < "$ROOT/README.md" > /dev/null 2> message
