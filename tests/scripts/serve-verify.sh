# A server looks into what a client publishes that may not do everything: it refuses a pack whose chunks are not those that it says, and a run that says of
# packs what is not so, and takes what honest clients store, deltas too.
# only: bin
. "${0%/*}/lib.sh"
bs-init --plain repository
mkdir tree
head -c 3000000 /dev/urandom > tree/random
seq 300000 > tree/numbers
honest="exec:$BIN/bs-serve --append-only $TMP/repository"
bs-save -r "$honest" --host web tree > name 2> said || fail "status $?: $(cat said)"
expect_empty said
for ((i = 0; i < 9; i++)); do
  # So that there is something to make deltas against, and runs become many enough to be joined.
  sed -i "s/^\(.*$i.*7\)$/\1 x/" tree/numbers
  bs-save -r "$honest" --host web tree > name 2> said || fail "status $?: $(cat said)"
  grep -v 'clean' said | expect_empty /dev/stdin
done
bs-tar -r repository "$(cat name)" | tar df -
bs-check -r repository --read-data > out 2>&1 || { cat out; fail "what came by the server is not sound"; }

cat > lie.py << 'END'
"""lie.py LIE [OPTION...]: takes a pack or a run of the repository, has it say something else, and publishes it by a server with these options. Prints the
answer."""
import hashlib, msgpack, os, struct, subprocess, sys
lie, options = sys.argv[1], sys.argv[2:]
folder = "index" if lie == "gone" else "packs"
files = [os.path.join(at, name) for at, _, names in os.walk("repository/" + folder) for name in names]
path = max(files, key=os.path.getsize) if lie != "gone" else min(files, key=os.path.getsize)
data = bytearray(open(path, "rb").read())
name = os.urandom(16)
data[16:32] = name
if lie == "gone":
    # A run that has nothing but the name of a pack that it calls gone.
    pack = bytes.fromhex(os.path.basename(max((os.path.join(at, one) for at, _, names in os.walk("repository/packs") for one in names), key=os.path.getsize)))
    head = bytearray(data[:64])
    offsets = {"packs": 32, "replaced": 36, "entries": 40, "filter": 48, "gone": 52}
    struct.pack_into("<IIQII", head, 32, 0, 0, 0, 0, 1)
    data = head + pack
    data += hashlib.sha256(data).digest() + hashlib.sha256(b"").digest()
else:
    start, length = struct.unpack_from("<QI", data, len(data) - 64)
    blocks, chunks, prefixes, sketch = struct.unpack_from("<IIII", data, start)
    if lie == "digest":
        data[-64 - 1 - prefixes * 24 - chunks * sketch] ^= 1
    data[-32:] = hashlib.sha256(data[:32] + data[start:start + length] + data[-64:-32]).digest()
server = subprocess.Popen(["bs-serve", *options, "repository"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
path = (b"index/" if lie == "gone" else b"packs/" + name.hex()[:2].encode() + b"/") + name.hex().encode()
requests = [{"hello": "backshift-object", "version": 1}, {"do": "start", "id": 1, "draft": 1, "path": folder.encode()}]
requests += [{"do": "write", "id": 2 + i, "draft": 1, "data": bytes(data[at:at + 200000])} for i, at in enumerate(range(0, len(data), 200000))]
requests += [{"do": "publish", "id": 0, "draft": 1, "path": path}]
answers = msgpack.Unpacker()
answers.feed(server.communicate(b"".join(map(msgpack.packb, requests)))[0])
answer = next(one for one in answers if one.get("to") == 0)
print(answer.get("published"), answer.get("trouble"), answer.get("reason"))
if answer.get("published"):
    os.remove(b"repository/" + path)
END
"$PYTHON" lie.py none --append-only > answer
grep -q '^True None None$' answer || fail "an honest pack: $(cat answer)"
for lie in digest gone; do
  "$PYTHON" lie.py $lie --append-only > answer
  grep -q '^None refused ' answer || fail "$lie: $(cat answer)"
  "$PYTHON" lie.py $lie --append-only --no-verify > answer
  grep -q '^True None None$' answer || fail "$lie, not looked into: $(cat answer)"
  "$PYTHON" lie.py $lie > answer
  grep -q '^True None None$' answer || fail "$lie, with all rights: $(cat answer)"
done
"$PYTHON" lie.py digest --host web > answer
grep -q 'does not match the digest of chunk' answer || fail "by host: $(cat answer)"
"$PYTHON" lie.py gone --append-only > answer
grep -q 'is gone, and it is there' answer || fail "gone: $(cat answer)"
