# bs-diff takes a stream in any order: an archive by way of bs-untar, a list by way of bs-walk, any shuffled stream; what it writes is what a sorted one gives.
# only: bin
. "${0%/*}/lib.sh"
need tar
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p tree/d/e tree/z
for i in 1 2 3 4 5 6 7 8 9; do
  head -c "$((i * 20000))" /dev/urandom > "tree/d/file$i"
  echo "$i" > "tree/z/small$i"
done
truncate -s 5M tree/hole
ln tree/d/file1 tree/a-link
ln tree/d/file1 tree/z/link
ln -s there tree/symlink
printf 'a name' > tree/$'new\nline \xff'
: > tree/empty
first=$(save h tree)

# An archive that was saved and the same archive again, also with its members in odd orders and with links before what they were links to: no difference.
(cd tree && find . -mindepth 1 -print0 | LC_ALL=C sort -zr > ../reverse)
for how in "." "z d a-link hole symlink empty" "z/link a-link d . ." "--null --no-recursion -T ../reverse"; do
  # shellcheck disable=SC2086 # several names
  (cd tree && tar --format=pax -cf ../one.tar $how)
  saved=$(bs-untar < one.tar | bs-chunk | bs-store --host tar)
  expect_status 0 bash -o pipefail -c "bs-untar < one.tar | bs-diff $saved -" > out
  expect_empty out
  expect_status 0 bash -o pipefail -c "bs-untar < one.tar | bs-chunk --average 4K | bs-diff -q $saved -"
done

# An archive in an odd order against the tree as bs-walk saved it: nothing but what an archive does not have.
(cd tree && tar --format=pax --null --no-recursion -T ../reverse -cf ../two.tar)
expect_status 1 bash -o pipefail -c "bs-untar < two.tar | bs-diff $first -" > out
[ "$(cat out)" = "D dir ./" ] || fail "$(cat out)"

# Changes are found wherever they come, the last of a path counts, and the lines are sorted.
cp -a tree changed
printf changed. | dd of=changed/d/file5 bs=1 seek=777 conv=notrunc status=none
touch -r tree/d/file5 changed/d/file5
echo more >> changed/z/small3
rm changed/z/small4
mkdir changed/z/small4
echo new > changed/new
ln -sf elsewhere changed/symlink
touch -h -r tree/symlink changed/symlink
rm changed/z/link && cp -a tree/z/link changed/z/link
printf y | dd of=changed/hole bs=1 seek=3000000 conv=notrunc status=none
touch -r tree/hole changed/hole
touch -r tree changed; touch -r tree/z changed/z
(cd changed && bs-walk . | bs-chunk) > sorted
expect_status 1 bs-diff "$first" - < sorted > wanted
grep -q '^M content d/file5$' wanted || fail "$(cat wanted)"
# shuffled SEED: the stream, its entries with what belongs to them in another order, and some of them twice, first with another content.
shuffled() {
  "$PYTHON" - "$1" << 'END'
import msgpack, random, sys
random.seed(int(sys.argv[1]))
records = list(msgpack.Unpacker(open("sorted", "rb"), strict_map_key=False, unicode_errors="surrogateescape", max_buffer_size=1 << 30))
begin, end = records[0], records[-1]
entries = []
for record in records[1:-1]:
    if record["kind"] == "entry":
        entries.append([])
    entries[-1].append(record)
links = [e for e in entries if e[0]["type"] == "link"]
others = [e for e in entries if e[0]["type"] != "link"]
random.shuffle(others)
random.shuffle(links)
again = []
for entry in others[:7]:
    if entry[0]["type"] == "file":
        again.append([dict(entry[0], size=2, mtime=msgpack.Timestamp(1)), {"kind": "data", "bytes": b"xx"}])
begin.pop("sorted", None)
for record in [begin, *sum(again, []), *sum(others, []), *sum(links, []), end]:
    sys.stdout.buffer.write(msgpack.packb(record, unicode_errors="surrogateescape"))
END
}
"$PYTHON" -c 'import msgpack' 2> /dev/null || skip "no msgpack for Python"
for seed in 1 2 3; do
  shuffled $seed > stream
  expect_status 1 bs-diff "$first" - < stream > out
  expect_same wanted out
done

# A list, in the order in which find gives it; and paths.
(cd changed && find . -mindepth 1 -print0 | sort -zr | bs-walk | bs-chunk) > stream
expect_status 1 bs-diff "$first" - < stream > out
(grep -v '\./$' wanted || true) > wanted-below
(grep -v '\./$' out || true) | diff - wanted-below || fail "a list"
expect_status 1 bs-diff "$first" - d/file5 new < stream > out
[ "$(cat out)" = $'M content d/file5\nA file new' ] || fail "paths: $(cat out)"

# A stream that says it is sorted must be; one that stops is no stream.
"$PYTHON" - << 'END' > lying
import msgpack, sys
entries = [{"kind": "entry", "path": path, "type": "dir"} for path in (b"b", b"a")]
for record in ({"kind": "begin", "version": 1, "sorted": True}, *entries, {"kind": "end"}):
    sys.stdout.buffer.write(msgpack.packb(record))
END
expect_status 65 bs-diff "$first" - < lying > out 2> said
grep -q 'a: comes after b in a stream that is marked as sorted' said || fail "$(cat said)"
head -c 100000 stream > cut
expect_status 65 bs-diff "$first" - < cut > out 2> said
