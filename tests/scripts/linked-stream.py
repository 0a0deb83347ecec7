"""Writes a stream of COUNT files with two names each, as bs-chunk would: linked-stream.py COUNT SEED. The names are in the directories a and b; which of the
two comes first, with the content, is decided by chance, so that half of the contents have to move to the other name. Each file says that it has a third name,
which is not saved: nobody can tell that all have come. Of each directory's names the order is one with no pattern, or with SEED 0 that of a walk."""
import struct, sys

count, seed = int(sys.argv[1]), int(sys.argv[2])
write = sys.stdout.buffer.write


def text(s):
    b = s.encode()
    return (bytes([0xA0 | len(b)]) if len(b) < 32 else b"\xd9" + bytes([len(b)])) + b


def binary(b):
    return b"\xc4" + bytes([len(b)]) + b


def entry(path, kind, ino, extra=b"", keys=0):
    write(bytes([0x80 | 8 + keys]) + text("kind") + text("entry") + text("path") + binary(path) + text("type") + text(kind) + text("mode") + b"\xcd\x01\xa4"
          + text("size") + b"\x03" + text("mtime") + b"\xd6\xff" + struct.pack(">I", 1_000_000_000) + text("ino") + b"\xce" + struct.pack(">I", ino)
          + text("nlink") + b"\x03" + extra)


content, target = text("content") + b"\xc3", text("target")
chunk = b"\x83" + text("kind") + text("chunk") + text("size") + b"\x03" + text("bytes") + binary(b"abc")
write(b"\x83" + text("kind") + text("begin") + text("version") + b"\x01" + text("started") + b"\xd6\xff" + struct.pack(">I", 1_700_000_000))
for at in range(count):
    # A multiplication by an odd number is a permutation of 24 bits; so are all that follow.
    i = at if seed == 0 else ((at * 0x9E3779B1 + seed) & 0xFFFFFF)
    name = b"%04x/some-file-%08x" % (i >> 8, i)
    first, second = (b"a/" + name, b"b/" + name) if (i * 0x85EBCA6B >> 7) & 1 else (b"b/" + name, b"a/" + name)
    entry(first, "file", i + 1, content, 1)
    write(chunk)
    entry(second, "link", i + 1, target + binary(first), 1)
write(b"\x81" + text("kind") + text("end"))
