# What a stream has that its reader does not know, or has no use for, is kept or named: sockets are stored, entries of a later type are left out with a word and
# status 3 (their problems do not mark the entry before), keys of problem records stay, and a host or subset that cannot be one is damage (65) at the first
# record.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# stream HOST SUBSET: a stream of five entries.
stream() {
  "$PYTHON" - "$@" << 'END'
import msgpack, sys
def write(**record):
    sys.stdout.buffer.write(msgpack.packb(record))
host, subset = sys.argv[1:]
write(kind="begin", version=1, host=host, **({"subset": subset} if subset else {}))
write(kind="entry", path=b"a", type="file", mode=0o644, content=True, size=1)
write(kind="chunk", size=1, bytes=b"a")
write(kind="entry", path=b"b", type="door\x1b", content=True, size=3)
write(kind="chunk", size=3, bytes=b"xyz")
write(kind="hole", size=5)
write(kind="problem", path=b"b", stage="test", text="it creaks", marks=True, hinge=2)
write(kind="entry", path=b"c", type="link", target=b"b")
write(kind="entry", path=b"s", type="socket", mode=0o755)
write(kind="entry", path=b"z", type="dir", mode=0o755)
write(kind="end", entries=5)
END
}
stream h "" > in

status=0
name=$(bs-store < in 2> said) || status=$?
[ $status -eq 3 ] || { cat said; fail "status $status"; }
[ "$(grep -cF 'b: has the type "door\x1b", which is not known here; it is left out' said)" -eq 1 ] || { cat said; fail "the type is not named"; }
bs-read "$name" | bs-json > json || true
grep -q '"path":"s","type":"socket"' json || { cat json; fail "the socket is gone"; }
! grep -q '"type":"door' json || fail "an entry of a later type was stored"
bs-ls -l "$name" > list
grep -q '^-rw-r--r-- .* a$' list || { cat list; fail "the problem of another entry marks this one"; }
expect_good --read-data
"$PYTHON" - "$ROOT" "$name" << 'END'
import sys
sys.path.insert(0, sys.argv[1] + "/examples")
from backshift_repository import Repository, unpack
repository = Repository(b"repository", print)
problems = repository.saveset(sys.argv[2])[1]["problems"]
records = list(unpack(b"".join(repository.chunk(digest) for digest, _ in repository.content(problems)), "problems"))
assert problems["count"] == len(records) == 3, records          # the type, what came with it, and the link to it
assert any(record.get("hinge") == 2 for record in records), records
END

# bs-chunk passes it on as it is, bs-store --forward too, and bs-index decides like bs-store; an archive names both.
bs-chunk < in | tail -c +20 | grep -qa hinge || fail "bs-chunk lost a key of a problem"
status=0
bs-store --forward < in 2> said | bs-index --host forwarded > name 2> said.index || status=$?
[ $status -eq 3 ] && grep -qF 'which is not known here; it is left out' said.index || { cat said said.index; fail "bs-index: status $status"; }
status=0
bs-tar - < in 2> said > archive || status=$?
[ $status -eq 3 ] && grep -qF 'b: has the type' said && grep -qxF 'bs-tar: s: is a socket; left out' said || { cat said; fail "bs-tar: status $status"; }
[ "$(tar tf archive | tr '\n' ' ')" = "a z/ " ] || fail "the archive has $(tar tf archive)"

# What host and subset may be is said at the first record, whatever follows.
refused() {
  status=0
  stream "$1" "$2" 2> /dev/null | bs-store > out 2> said || status=$?
  [ $status -eq 65 ] || { cat said; fail "status $status for host '$1', subset '$2'"; }
  grep -qF "hint: give a" said || { cat said; fail "not said what to do"; }
  expect_empty out
}
refused "a/b" ""
refused "" ""
refused "a@b" ""
refused $'a\nb' ""
refused localhost ""
refused "$(printf 'x%.0s' {1..81})" ""
refused h "a@b"
refused h $'\033'
stream "$(printf 'x%.0s' {1..80})" "a/b" > in
status=0
bs-store < in > name 2> said || status=$?
[ $status -eq 3 ] || { cat said; fail "status $status for a host of 80 bytes"; }
expect_good

# A saveset that a later version made is no damage; what is known of it is listed and restored, and everybody who cannot do more says so.
"$PYTHON" - << 'END'
import hashlib, os, runpy, struct, sys
sys.argv = ["page-examples.py", "hand-made"]
page = runpy.run_path(os.environ["ROOT"] + "/tests/scripts/page-examples.py", run_name="__main__")
import msgpack
entries = [{"path": b"a", "type": "door", "content": [page["digest"](page["CONTENT"]), 13]}, {"path": b"b", "type": "dir", "mode": 0o755}]
node = b"".join(map(msgpack.packb, [{"node": "leaf", "level": 0}, *entries]))
def write(name, pieces):
    path = os.path.join("hand-made/repository", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "wb").write(b"".join(piece for piece, _ in pieces))
write("packs/20/" + bytes(range(32, 48)).hex(), page["pack"](bytes(range(32, 48)), node, 1, ""))
body = msgpack.packb({"host": "h", "started": page["time"](0), "finished": page["time"](1), "complete": True, "root": page["digest"](node), "level": 0,
                      "entries": 2, "bytes": 0, "problems": {"count": 0}})
front = b"".join(piece for piece, _ in page["header"](b"S", bytes(range(64, 80)))) + struct.pack("<I", len(body)) + body
write("savesets/h/19700101T000000Z", [(front, ""), (hashlib.sha256(front).digest(), "")])
END
cp repository/backshift hand-made/repository/
export BACKSHIFT_REPOSITORY=$TMP/hand-made/repository
for option in "" --read-data; do
  expect_status 3 bs-check $option > out 2> said
  grep -qF 'a: has the type "door", which this version does not know' said && grep -q 'no damage' out || { cat said out; fail "bs-check $option"; }
done
bs-ls -l h@latest > list
grep -q '^?.* a$' list && grep -q '^drwxr-xr-x .* b/$' list || { cat list; fail "bs-ls"; }
expect_status 3 bs-tar h@latest 2> said > archive
[ "$(tar tf archive)" = b/ ] && grep -qF 'a: has the type' said || { cat said; fail "bs-tar"; }
bs-read h@latest | bs-json > json
grep -q '"type":"door"' json && [ "$(grep -c '"kind":"chunk"' json)" -eq 1 ] || { cat json; fail "bs-read"; }
