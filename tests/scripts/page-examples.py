#!/usr/bin/python3
"""page-examples.py DIRECTORY: the examples of backshift-stream(5) and backshift-repository(5), made from what the pages say and from no code of ours.

Into DIRECTORY go NAME.txt, the text of each example as it stands in the page behind the comment `.\\" page-examples.py NAME`, and what is in it as bytes:
stream.bin, and repository/ with two packs and a saveset. tests/scripts/page-examples.sh compares both with the pages and the programs.
After a change of the format: page-examples.py DIRECTORY --write MAN… puts the texts into the pages.
"""
import hashlib
import os
import re
import struct
import sys
import zlib

import msgpack

M64 = (1 << 64) - 1
SALTS = (0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31)
CONTENT = b"hello, world\n"
STARTED = 1795424645          # 2026-11-23T09:04:05Z


def siphash(key, message):
    """SipHash-2-4 as its paper has it."""
    def rotate(x, n):
        return (x << n | x >> (64 - n)) & M64
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def rounds(n):
        for _ in range(n):
            v[0] = (v[0] + v[1]) & M64
            v[2] = (v[2] + v[3]) & M64
            v[1] = rotate(v[1], 13) ^ v[0]
            v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = (rotate(v[0], 32) + v[3]) & M64
            v[2] = (v[2] + v[1]) & M64
            v[3] = rotate(v[3], 21) ^ v[0]
            v[1] = rotate(v[1], 17) ^ v[2]
            v[2] = rotate(v[2], 32)
    for (word,) in struct.iter_unpack("<Q", message + bytes(7 - len(message) % 8) + bytes([len(message) & 255])):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 255
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def digest(content):
    return sha256(content)[:24]


def time(seconds):
    return msgpack.Timestamp(seconds, 0)


def dump(pieces):
    """A line for every 16 bytes of every piece: offset, bytes, and what they are."""
    lines, at = [], 0
    for data, words in pieces:
        for i in range(0, len(data), 16):
            lines.append(("%4d  %-32s  %s" % (at + i, data[i:i + 16].hex(), words if i == 0 else "")).rstrip())
        at += len(data)
    return "\n".join(lines) + "\n"


def header(kind, name, flags=0):
    return [(b"BACKSHFT", "mark"), (kind + bytes([0, 1, flags]) + bytes(4), "type %s, sealing, version, flags" % kind.decode()), (name, "name")]


def pack(name, content, flags, words):
    front = header(b"P", name, flags)
    head = b"".join(data for data, _ in front)
    block = struct.pack("<QIIIIBBHI", len(head), len(content), len(content), zlib.crc32(content), 1, 0, 0, 0, 0)
    counts = struct.pack("<IIII", 1, 1, 0, 0)
    size = len(content).to_bytes(3, "little")
    gap = counts + block + size + digest(content)[:8]
    front_of_gap = b"BSGAPblk" + struct.pack("<I", len(gap))
    gap_crc = struct.pack("<I", zlib.crc32(front_of_gap + gap))
    directory = counts + block + size + digest(content)
    offset = len(head) + len(content) + len(front_of_gap) + len(gap_crc) + len(gap)
    trailer = struct.pack("<QIIQQ", offset, len(directory), 0, int.from_bytes(sha256(b"web")[:8], "little"), 0)
    return front + [
        (content, words),
        (front_of_gap[:8], "block list: tag"), (front_of_gap[8:], "n"), (gap_crc, "CRC-32"),
        (gap[:16], "b, c, p, s"), (gap[16:48], "block 0, as below"), (gap[48:51], "chunk 0: length"), (gap[51:], "first 8 bytes of its digest"),
        (counts[:4], "directory: b"), (counts[4:8], "c"), (counts[8:12], "p"), (counts[12:], "s"),
        (block[:8], "block 0: offset"), (block[8:12], "stored length"), (block[12:16], "length of the content"), (block[16:20], "CRC-32"),
        (block[20:24], "number of chunks"), (block[24:], "codec, depth, prefixes, 0"),
        (size, "chunk 0: length"), (digest(content), "its digest"),
        (trailer[:8], "trailer: offset of the directory"), (trailer[8:12], "d"), (trailer[12:16], "0"), (trailer[16:24], "writer, of the host web"),
        (trailer[24:], "0"),
        (sha256(head, directory, trailer), "SHA-256"),
    ]


def record(kind, **keys):
    return msgpack.packb({"kind": kind, **keys})


def keyed(**keys):
    """A map, and a piece for its head and each of its pairs."""
    return [(bytes([0x80 | len(keys)]), "map of %d" % len(keys))] + [(msgpack.packb(key) + msgpack.packb(value), key) for key, value in keys.items()]


def bloom(keys, blocks):
    words = [0] * 8 * blocks
    for key in keys:
        block = (key >> 32) * blocks >> 32
        for i, salt in enumerate(SALTS):
            words[8 * block + i] |= 1 << (((key & 0xFFFFFFFF) * salt & 0xFFFFFFFF) >> 27)
    return struct.pack("<%dI" % len(words), *words)


def cutter(seed):
    n = 0
    while True:
        r = siphash(seed[16:], struct.pack("<Q", n))
        k, c = r & 0xFFF8 | 3, r >> 16 & 0xFFFF
        if all((b * sum(pow(k, j, 1 << 16) for j in range(32)) + c) % 65536 >= 64 for b in range(256)):
            return k, c, siphash(seed[:16], b"backshift")
        n += 1


ENTRY = {"path": b"hello", "type": "file", "mode": 0o644, "uid": 1000, "gid": 1000, "size": len(CONTENT), "mtime": time(STARTED - 86400)}
STREAM = [
    (record("begin", version=1, host="web", started=time(STARTED)), "begin: version, host, started"),
    (record("entry", **ENTRY, content=True), "entry: path, type, mode, uid, gid, size, mtime, content"),
    (record("chunk", size=len(CONTENT), bytes=CONTENT), "chunk: size, bytes"),
    (record("end", entries=1, bytes=len(CONTENT), problems=0), "end: entries, bytes, problems"),
]
ITEM = msgpack.packb({**ENTRY, "content": [digest(CONTENT), len(CONTENT)]})
NODE = msgpack.packb({"node": "leaf", "level": 0}) + ITEM
CONTENTS = pack(bytes(range(16)), CONTENT, 0, "block 0, as it is")
NODES = pack(bytes(range(16, 32)), NODE, 1, "block 0: the node, and its only item")
BODY = keyed(host="web", started=time(STARTED), finished=time(STARTED + 1), complete=True, root=digest(NODE), level=0, entries=1, bytes=len(CONTENT),
             problems={"count": 0}, packs={"count": 2, "names": bytes(range(32))}, added=len(CONTENT) + len(NODE), save=bytes(range(48, 64)))
LENGTH = struct.pack("<I", sum(len(data) for data, _ in BODY))
SAVESET = header(b"S", bytes(range(32, 48))) + [(LENGTH, "n, length of the body")] + BODY
SAVESET.append((sha256(*(data for data, _ in SAVESET)), "SHA-256"))


def values():
    seed = b"backshift public cutter seed v1."
    k, c, identity = cutter(seed)
    item = siphash(bytes(16), b"hello")
    keys = (0x0123456789abcdef, 0x8000000000000000, 0xffffffffffffffff)
    lines = [
        "cutter of the public seed     K = %d, C = %d, identity %s" % (k, c, struct.pack("<Q", identity).hex()),
        "digest of \"hello, world\\en\"   %s" % digest(CONTENT).hex(),
        "item of the leaf above        n = %d, h = %016x, 2^49 n = %016x: the node %s" % (
            len(ITEM), item, len(ITEM) << 49, "ends" if item < len(ITEM) << 49 else "goes on"),
        "digest of the node above      %s" % digest(NODE).hex(),
        "filter, f = 2, of three digests that begin with",
        "                              %s, %s, %s" % tuple("%016x" % key for key in keys),
    ]
    filled = bloom(keys, 2)
    lines += ["                              %s" % filled[i:i + 32].hex() for i in range(0, len(filled), 32)]
    return "\n".join(lines) + "\n"


TEXTS = {
    "stream": dump(STREAM), "pack": dump(CONTENTS), "nodes": dump(NODES), "saveset": dump(SAVESET), "values": values(),
}


def write_into(page):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for name, lines in TEXTS.items():
        text = re.sub(r'(\.\\" page-examples\.py %s\n\.Bd [^\n]*\n).*?(\.Ed\n)' % name, lambda found: found.group(1) + lines + found.group(2), text, flags=re.S)
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    folder = sys.argv[1]
    for directory in ("packs/00", "packs/10", "savesets/web"):
        os.makedirs(os.path.join(folder, "repository", directory), exist_ok=True)
    files = {
        "stream.bin": STREAM, "repository/packs/00/" + bytes(range(16)).hex(): CONTENTS, "repository/packs/10/" + bytes(range(16, 32)).hex(): NODES,
        "repository/savesets/web/20261123T090405Z": SAVESET,
    }
    for name, pieces in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b"".join(data for data, _ in pieces))
    for name, text in TEXTS.items():
        with open(os.path.join(folder, name + ".txt"), "w", encoding="ascii") as file:
            file.write(text)
    if sys.argv[2:3] == ["--write"]:
        for page in sys.argv[3:]:
            write_into(page)


main()
