# Any program may stand between two of ours: the filters in examples/filters, one before and one behind bs-chunk, in a pipe with the others.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack :zstandard
export PYTHONDONTWRITEBYTECODE=1
filter() {
  local name=$1
  shift
  "$PYTHON" "$ROOT/examples/filters/$name.py" "$@"
}

mkdir -p tree/sub
echo small > tree/small
head -c 300000 /dev/urandom > tree/large
ln tree/large tree/sub/large-too
truncate -s 1000 tree/sub/exactly
truncate -s 1001 tree/sub/one-more
printf x > "tree/$(printf 'bad\377\nname')"
touch -d '1969-12-31 23:59:58.123456789' tree/small
touch -d '2200-01-01 00:00:00.000000001' tree/sub/exactly
cd tree

bs-walk . | filter skip-larger 1000 | bs-chunk | filter add-note "moving day, größer" | bs-store --init --plain --host filtered ../repository
"$PYTHON" - "$ROOT" << 'END' > ../listing
import sys
sys.path.insert(0, sys.argv[1] + "/examples")
from backshift_repository import Repository
repository = Repository(b"../repository", print)
_, body = repository.saveset("filtered@")
for path, entry in repository.entries(body["root"], body["level"]):
    print(ascii(path), entry["note"], entry["mtime"].to_unix_nano() if entry["type"] == "file" else "")
END
sed -i 's/^\(.*\(name\|sub\).*\) [0-9]*$/\1 -/' ../listing
grep -qF "b'small' moving day, größer -1876543211" ../listing || { cat ../listing; fail "a note or a time was lost"; }
grep -q large ../listing && fail "what is larger was not left out"
grep -q one-more ../listing && fail "1001 bytes are more than 1000"
[ "$(grep -c 'moving day' ../listing)" -eq 5 ] || { cat ../listing; fail "not 5 entries"; }
cd ..
"$PYTHON" "$ROOT/examples/restore.py" repository filtered@ restored
rm tree/large tree/sub/large-too tree/sub/one-more
same_tree tree restored --without mtime
# The directories have changed since; the files have not.
cmp <(cd tree && find . -type f -printf '%p %T@\0' | sort -z) <(cd restored && find . -type f -printf '%p %T@\0' | sort -z)

# A filter passes on everything that it does not touch, bit by bit: also kinds, keys and types that nobody knows.
"$PYTHON" - << 'END' > odd
import msgpack, sys
def write(**record):
    sys.stdout.buffer.write(msgpack.packb(record))
write(kind="begin", version=1, stages=["x"], started=msgpack.Timestamp(-1, 999_999_999))
write(kind="entry", path=b"a", type="dir")
write(kind="entry", path=b"a\xff", type="file", content=True, size=3, mtime=msgpack.Timestamp(-(1 << 40), 1), ino=(1 << 64) - 1,
      xattrs={b"user.\xff": b"\x00\xff"}, later={"deep": [1.5, None, True, -5, b"bin", "str", msgpack.ExtType(5, b"ext")]})
write(kind="later", bytes=b"\x00" * 70_000)
write(kind="chunk", size=3, bytes=b"abc")
write(kind="hole", size=1 << 40)
write(kind="problem", path=b"b\xfe", stage="x", text="why")
write(kind="end", entries=1)
END
filter skip-larger 3 < odd | "$PYTHON" -c '
import msgpack, sys
for record in msgpack.Unpacker(sys.stdin.buffer):
    if record["kind"] == "begin":
        assert record["stages"].pop() == "skip-larger.py"
    sys.stdout.buffer.write(msgpack.packb(record))' > passed
expect_same odd passed

# What belongs to an entry goes with it, also what only marks it: the entry before must not get the mark.
"$PYTHON" - << 'END' > dropped
import msgpack, sys
def write(**record):
    sys.stdout.buffer.write(msgpack.packb(record))
write(kind="begin", version=1)
write(kind="entry", path=b"a", type="file", content=True, size=1)
write(kind="chunk", size=1, bytes=b"a")
write(kind="entry", path="b", type="file", content=True, size=4000, odd={1: {None: 2}})
write(kind="chunk", size=4000, bytes=b"b" * 4000)
write(kind="problem", path=b"b", stage="x", text="it changed while it was read", marks=True)
write(kind="fork", path=b"b", name=b"s", size=1, offset=0, bytes=b"s")
write(kind="problem", path=b"c", stage="x", text="c is gone")
write(kind="end", entries=2)
END
left() { bs-json | "$PYTHON" -c 'import json, sys; print(*(r["kind"] + str(r.get("path", "")) for r in map(json.loads, sys.stdin)))'; }
for run in "filter skip-larger 3" "python_of_the_page"; do
  python_of_the_page() { "$PYTHON" <(sed -n '/^import msgpack, sys$/,/^\.Ed$/p' "$ROOT/man/backshift-stream.5" | sed '/^\.Ed$/d; s/10\*\*9/3/'); }
  [ "$($run < dropped | left)" = "begin entrya chunk problemc end" ] || fail "$run: $($run < dropped | left)"
done

# Cut at every byte, the stream has no end behind a filter either, and the filter says so.
size=$(stat -c %s odd)
"$PYTHON" - "$ROOT" odd << 'END'
import subprocess, sys
data = open(sys.argv[2], "rb").read()
cuts = [*range(0, 300, 23), len(data) // 2, *range(len(data) - 30, len(data), 5), len(data) - 1]
for cut in cuts:
    done = subprocess.run([sys.executable, sys.argv[1] + "/examples/filters/add-note.py", "x"], input=data[:cut], capture_output=True)
    assert done.returncode == 65 and done.stderr and b"\xa4kind\xa3end" not in done.stdout, (cut, done.returncode, done.stderr)
END
(cat odd; printf x) > more
expect_status 65 filter add-note x < more > /dev/null
expect_status 65 filter add-note x < /dev/null > /dev/null
expect_status 65 filter add-note x < "$ROOT/README.md" > /dev/null
expect_status 64 filter add-note
# And the last status of the pipe is not 0.
head -c "$((size - 20))" odd | { filter add-note x 2> /dev/null || true; } | expect_status 65 bs-store --host cut repository > cut-name
"$PYTHON" "$ROOT/examples/restore.py" repository | grep -q '^cut@.* incomplete ' || fail "a cut stream left no incomplete saveset"
