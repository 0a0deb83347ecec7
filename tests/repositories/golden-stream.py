#!/usr/bin/python3
"""golden-stream.py full|second|cut, or again REPOSITORY: a stream for make-v1.sh, the same on every machine and for every user.

It is written here record by record and not read from a file system, so that it can have owners, devices, attributes and times
that the one who makes the repository may not set. Content is given as data, for bs-chunk to cut, except where it says so. `again` has files of
`full` that have not changed, for bs-since to give them their content, and lists, which it looks up in the repository that the others are in.
"""
import hashlib
import os
import sys

import msgpack

YEAR_1900, YEAR_2200 = -2_208_988_800, 7_258_118_400


def time(seconds, nanoseconds=0):
    return msgpack.Timestamp(seconds, nanoseconds)


def write(**record):
    sys.stdout.buffer.write(msgpack.packb(record))


def noise(seed, length):
    """Bytes that do not compress, from SHA-256 of a counter: no library's idea of randomness is in them."""
    blocks = (hashlib.sha256(b"%d %d" % (seed, i)).digest() for i in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def lines(length, step=1):
    """Text in which every line differs, so that it is cut everywhere and deduplicates nowhere, and compresses well."""
    text = b"".join(b"line %08d of a file that is long\n" % (i * step) for i in range(length // 33 + 1))
    return text[:length]


def entry(path, kind, **more):
    base = {"mode": 0o755 if kind == "dir" else 0o644, "uid": 1000, "gid": 1000, "user": "someone", "group": "people", "mtime": time(1_600_000_000)}
    write(kind="entry", path=path, type=kind, **{**base, **more})


def inode(number):
    """What bs-since goes by."""
    return {"ctime": time(1_650_000_001, number), "btime": time(1_600_000_000, number), "dev": (259 << 8) + 1, "ino": number, "nlink": 1}


def file(path, *parts, **more):
    """A file of bytes and, where a part is a number, holes."""
    size = sum(part if isinstance(part, int) else len(part) for part in parts)
    entry(path, "file", size=size, content=True, **more)
    for part in parts:
        if isinstance(part, int):
            write(kind="hole", size=part)
        else:
            for at in range(0, len(part), 100_000):
                write(kind="data", bytes=part[at:at + 100_000])


def first_things():
    entry(b".", "dir", mode=0o700, mtime=time(1_500_000_000, 999_999_999))
    entry(b"docs", "dir", mode=0o2775)
    file(b"docs/empty")
    file(b"docs/one-byte", b"1")
    file(b"docs/text", lines(3000))


def full():
    write(kind="begin", version=1, host="golden", started=time(1_700_000_000, 123_456_789), save=bytes(range(16)), stages=["golden-stream.py"])
    first_things()
    file(b"big", lines(6_000_000), mtime=time(1_650_000_000, 1), **inode(101))      # more than 256 chunks: a list
    file(b"noise", noise(1, 40_000), flags=0x40 | 0x80)                             # stored as it is
    write(kind="fork", path=b"noise", name=b"Zone.Identifier", size=6, offset=0, bytes=b"[Zone]")
    file(b"zeros", bytes(300_000))
    file(b"sparse/first", 65_536, b"data behind a hole")                            # its directory is not in the stream
    file(b"sparse/last", b"data before a hole", (1 << 27) + 1)
    file(b"sparse/both", 4096, lines(50_000, 7), 1 << 20, noise(2, 5000), 8192)
    file(b"sparse/only", 12_345)
    entry(b"sparse/list", "file", size=300 * 8192, content=True, **inode(102))      # a list with holes in it
    for i in range(300):
        write(kind="chunk", size=4096, bytes=(b"%04d" % i) * 1024)
        write(kind="hole", size=4096)
    entry(b"links", "dir")
    file(b"links/m", b"a file of four names\n", nlink=4)
    for name in (b"links/a", b"links/z", b"a-link"):
        entry(name, "link", target=b"links/m", size=21, nlink=4)
    entry(b"links/symbolic", "symlink", mode=0o777, target=b"../docs/text", mtime=time(YEAR_2200, 5))
    entry(b"links/dangling", "symlink", mode=0o777, target=b"\xff\nno such thing")
    entry(b"links/other", "link", target=b"links/symbolic")
    entry(b"kinds", "dir", mode=0o1777)
    entry(b"kinds/fifo", "fifo", mode=0o620)
    entry(b"kinds/null", "char", mode=0o666, rdev=[1, 3])
    entry(b"kinds/disk", "block", mode=0o660, rdev=[259, 1_048_575], uid=4_000_000_000, gid=(1 << 32) - 2)
    entry(b"modes", "dir", mode=0o555)
    for mode in (0, 0o444, 0o4711, 0o2755, 0o7777):
        file(b"modes/%04o" % mode, b"%o" % mode, mode=mode)
    entry(b"names", "dir")
    for name in (b"a", b"a!", b"a-b", b"a.b", b"a0", b"-rf", b"new\nline", b"bad \xff\xfe utf-8", "größe".encode(), b"back\\slash", b"\x01", b"n" * 255):
        file(b"names/" + name, b"content of " + name)
    entry(b"names/ab", "dir")
    file(b"names/ab/inside", b"in the order of a tree, what lies in a directory follows it at once")
    file(b"!first", b"sorts before the directory that all is in")
    entry(b"times", "dir", mtime=time(0))
    for name, when in ((b"1900", time(YEAR_1900)), (b"1969", time(-1, 999_999_999)), (b"2200", time(YEAR_2200, 1)), (b"2446", time((1 << 34) - (1 << 31) - 1))):
        file(b"times/" + name, mtime=when)
    entry(b"attributes", "dir", xattrs={b"user.of.a.directory": b"yes"})
    file(b"attributes/file", b"x", xattrs={b"user.empty": b"", b"user.bytes": bytes(range(256)), b"user.\xff": b"a name that is no text"})
    file(b"future", b"a key that nobody knows yet is kept", note={"by": ["a", "later", "version"], "number": -1.5})
    for i in range(700):                                                            # more than one leaf
        file(b"many/%03d/%d" % (i // 100, i), b"file %d" % i, mode=0o600 | i % 8)
    file(b"changed", b"this is what was there when it was read")
    write(kind="problem", path=b"changed", stage="golden-stream.py", errno=0, text="changed while it was read", marks=True)
    write(kind="problem", path=b"secret \xff", stage="golden-stream.py", errno=13, text="Permission denied")
    write(kind="end", entries=0, bytes=0, problems=2)


def second():
    """A day later, most of it as before, of a subset."""
    write(kind="begin", version=1, host="golden", subset="half/größe", started=time(1_700_086_400), save=bytes(range(16, 32)), stages=["golden-stream.py"])
    first_things()
    file(b"big", lines(2_000_000) + b"a change in the middle\n" + lines(6_000_000)[2_000_000:], mtime=time(1_650_086_400))
    file(b"docs/new", b"new")
    write(kind="end", entries=7, bytes=6_003_027, problems=0)


def cut():
    """It stops without an end."""
    write(kind="begin", version=1, host="golden", started=time(1_700_172_800), save=bytes(range(32, 48)), stages=["golden-stream.py"])
    first_things()
    file(b"lost", lines(5000))


def again(path):
    """Two days later still; nothing of it has to be read or stored."""
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples"))
    from backshift_repository import Repository
    repository = Repository(os.fsencode(path), lambda text, status=0: sys.exit(str(text)))
    _, body = repository.saveset("golden@20231114T221320Z")
    found = {path: entry for path, entry in repository.entries(body["root"], body["level"]) if path in (b"big", b"sparse/list")}
    big, holes = found[b"big"], found[b"sparse/list"]

    write(kind="begin", version=1, host="golden", started=time(1_700_259_200), save=bytes(range(48, 64)), requires=["list"], stages=["golden-stream.py"])
    first_things()
    entry(b"big", "file", size=big["size"], mtime=time(1_650_000_000, 1), **inode(101))
    entry(b"sparse", "dir")
    entry(b"sparse/list", "file", size=holes["size"], **inode(102))
    entry(b"moved", "file", size=big["size"], content=True)                         # all of a file
    write(kind="list", size=big["size"], **big["list"])
    entry(b"joined", "file", size=holes["size"] + 8192 + big["size"], content=True)
    write(kind="list", size=holes["size"], **holes["list"])                         # its last hole and the one that follows are one
    write(kind="hole", size=8192)
    write(kind="list", size=big["size"], **big["list"])
    write(kind="end", entries=10, bytes=22_926_393, problems=0)


{"full": full, "second": second, "cut": cut, "again": again}[sys.argv[1]](*sys.argv[2:])
