#!/usr/bin/python3
"""hostile-streams.py DIRECTORY

Writes streams that nobody means well with, each into a file named for it. bs-store must end with status 65 on each but those whose names begin
with "ok-" (0) or "problem-" (3), in little memory.
"""
import os
import struct
import sys

import msgpack


def record(kind, **keys):
    return msgpack.packb({"kind": kind, **keys})


BEGIN = record("begin", version=1, host="hostile")
END = record("end", entries=1)
DIGEST = bytes(range(24))


def file(path=b"file", **keys):
    return record("entry", path=path, type="file", content=True, **keys)


def keys(count):
    """An entry of so many keys; msgpack would take long."""
    pairs = [msgpack.packb("kind") + msgpack.packb("entry"), msgpack.packb("path") + msgpack.packb(b"p"), msgpack.packb("type") + msgpack.packb("dir")]
    return struct.pack(">BI", 0xDF, len(pairs) + count) + b"".join(pairs) + b"".join(msgpack.packb("k%d" % i) + b"\xc0" for i in range(count))


def cases():
    for name, head in (("bin", b"\xc6"), ("str", b"\xdb"), ("array", b"\xdd"), ("map", b"\xdf"), ("ext", b"\xc9")):
        yield "4-GiB-of-" + name, BEGIN + b"\x82\xa4kind\xa5entry\xa4path" + head + b"\xff\xff\xff\xff" + b"x" * 100_000
        yield "record-is-4-GiB-of-" + name, BEGIN + head + b"\xff\xff\xff\xff" + b"x" * 100_000
    for name, opening in (("arrays", b"\x91"), ("maps", b"\x81\xa1a"), ("arrays-16", b"\xdc\x00\x01"), ("arrays-32", b"\xdd\x00\x00\x00\x01")):
        yield "deep-" + name, BEGIN + b"\x83\xa4kind\xa5entry\xa1k" + opening * 5_000_000
    yield "endless-record", BEGIN + b"\x82\xa4kind\xa5other\xa1b\xc6\x01\x00\x00\x00" + bytes(32 << 20)
    yield "million-keys", BEGIN + keys(1_000_000) + END
    yield "thousand-keys-in-arrays", BEGIN + msgpack.packb({"kind": "entry", "path": b"p", "type": "dir", "k": [[0] * 1000] * 3000}) * 3 + b"\xc1"
    yield "ok-many-unknown-records", BEGIN + b"".join(record("kind-%d" % i, k=bytes(9)) for i in range(300_000)) + END
    fifty = ({"k%d" % (i * 50 + j): j for j in range(50)} for i in range(20_000))
    yield "ok-many-unknown-keys", BEGIN + b"".join(record("entry", path=b"%d" % i, type="dir", **more) for i, more in enumerate(fifty)) + END
    yield "ok-large-unknown-key", BEGIN + file(size=0, big=bytes(7_000_000)) + record("entry", path=b"b", type="dir", big=bytes(7_000_000)) + END
    yield "text-of-16-MiB", BEGIN + record("problem", path=b"p", stage="x", text="y" * ((16 << 20) - 200)) + END
    yield "host-of-2000-letters", record("begin", version=1, host="h" * 2000) + file() + END
    yield "begin-of-16-MiB", record("begin", version=1, host="h", big=bytes((16 << 20) - 200))[:-1]
    yield "problem-largest-unknown-key", BEGIN + file(size=0, big=bytes((16 << 20) - 200)) + END
    for name, path in (("parent", b"../etc/passwd"), ("parent-inside", b"a/../../x"), ("absolute", b"/etc/passwd"), ("empty", b""), ("two-slashes", b"a//b"),
                       ("dot", b"a/./b"),
                       ("slash-behind", b"a/"), ("nul", b"a\0b"), ("too-long", b"a/" * 40_000 + b"a"), ("dot-first", b"./a"), ("just-parent", b"..")):
        yield "path-" + name, BEGIN + file(path, size=0) + END
        yield "link-target-" + name, BEGIN + file(b"a", size=0) + record("entry", path=b"b", type="link", target=path) + END
    for name, value in (("number", 5), ("array", [b"a"]), ("map", {}), ("nil", None), ("bool", True), ("float", 1.5)):
        yield "path-is-" + name, BEGIN + file(value, size=0) + END
        yield "type-is-" + name, BEGIN + record("entry", path=b"a", type=value) + END
        yield "kind-is-" + name, BEGIN + msgpack.packb({"kind": value}) + END
        yield "chunk-bytes-are-" + name, BEGIN + file() + record("chunk", size=1, bytes=value) + END
    yield "size-of-2-64", BEGIN + file(size=(1 << 64) - 1) + END
    yield "size-negative", BEGIN + file(size=-1) + END
    yield "chunk-size-0", BEGIN + file() + record("chunk", size=0, bytes=b"") + END
    yield "chunk-size-wrong", BEGIN + file() + record("chunk", size=5, bytes=b"abcdef") + END
    yield "chunk-9-MB", BEGIN + file() + record("chunk", size=9 << 20, bytes=bytes(9 << 20)) + END
    yield "chunk-of-2-62", BEGIN + file() + record("chunk", size=1 << 62, digest=DIGEST) + END
    yield "chunk-negative", BEGIN + file() + record("chunk", size=-5, digest=DIGEST) + END
    yield "digest-wrong", BEGIN + file() + record("chunk", size=3, bytes=b"abc", digest=DIGEST) + END
    yield "digest-of-32", BEGIN + file() + record("chunk", size=3, bytes=b"abc", digest=bytes(32)) + END
    yield "chunk-first", BEGIN + record("chunk", size=3, bytes=b"abc") + END
    yield "chunk-of-a-directory", BEGIN + record("entry", path=b"d", type="dir") + record("chunk", size=3, bytes=b"abc") + END
    yield "chunk-of-a-symlink", BEGIN + record("entry", path=b"s", type="symlink", target=b"x") + record("chunk", size=3, bytes=b"abc") + END
    yield "hole-0", BEGIN + file() + record("hole", size=0) + END
    yield "hole-of-2-63", BEGIN + file() + record("hole", size=1 << 63) + END
    yield "problem-holes-beyond-2-63", BEGIN + file() + record("hole", size=(1 << 62)) * 3 + END
    yield "problem-sizes-beyond-2-63", BEGIN + b"".join(file(b"%d" % i) + record("hole", size=1 << 62) for i in range(3)) + END
    yield "problem-unknown-reference", BEGIN + file() + record("chunk", size=3, digest=DIGEST) + file(b"other") + record("chunk", size=3, bytes=b"abc") + END
    yield "problem-link-to-nowhere", BEGIN + record("entry", path=b"b", type="link", target=b"a") + END
    yield "problem-link-to-itself", BEGIN + record("entry", path=b"b", type="link", target=b"b") + END
    yield "ok-link-to-what-comes-later", BEGIN + record("entry", path=b"b", type="link", target=b"c") + file(b"c") + END
    links = record("entry", path=b"b", type="link", target=b"a") + record("entry", path=b"c", type="link", target=b"b")
    yield "ok-link-to-a-link", BEGIN + file(b"a", nlink=3) + links + END
    yield "link-with-content", BEGIN + file(b"a") + record("entry", path=b"b", type="link", target=b"a") + record("chunk", size=3, bytes=b"abc") + END
    link = record("entry", path=b"b", type="link", target=b"c")
    yield "link-to-nowhere-with-content", BEGIN + file(b"a") + link + record("chunk", size=3, bytes=b"abc") + END
    yield "ok-a-path-twice", BEGIN + file(b"a") + record("chunk", size=3, bytes=b"abc") + file(b"a") + record("chunk", size=4, bytes=b"abcd") + END
    yield "ok-hole-of-2-62", BEGIN + file() + record("hole", size=1 << 62) + END
    yield "begin-twice", BEGIN + BEGIN + END
    yield "no-begin", file(size=0) + END
    yield "version-2", record("begin", version=2) + END
    yield "behind-the-end", BEGIN + END + file(size=0)
    yield "end-twice", BEGIN + END + END
    yield "data-not-cut", BEGIN + file() + record("data", bytes=b"abc") + END
    yield "nobody-read-it", BEGIN + record("entry", path=b"a", type="file", size=5) + END
    yield "host-with-slash-and-dots", record("begin", version=1, host="../../../etc") + file() + END
    yield "text", b"bs-walk: No such file or directory\n" * 1000
    yield "zeros", bytes(1 << 20)
    yield "ones", b"\xff" * (1 << 20)
    yield "reserved-byte", BEGIN + b"\xc1"
    for seed in range(12):
        yield "random-%d" % seed, __import__("random").Random(seed).randbytes(100_000)
        yield "random-behind-begin-%d" % seed, BEGIN + __import__("random").Random(seed).randbytes(100_000)


def main():
    os.mkdir(sys.argv[1])
    for name, content in cases():
        with open(os.path.join(sys.argv[1], name), "wb") as stream:
            stream.write(content)


main()
