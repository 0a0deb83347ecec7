#!/usr/bin/python3
"""awkward-tree.py DIRECTORY

Makes a directory of everything that a Unix tree may hold and a backup may lose. What only root can make (devices, other people's
files) is there only if root makes it. Sockets are left out: no archive keeps them.
"""
import os
import stat
import sys

NS = 1_000_000_000
# Seconds since 1970 of the first second of the years 1900 and 2200, both outside of 32 bits.
YEAR_1900, YEAR_2200 = -2_208_988_800, 7_258_118_400


def write(path, content=b"", mode=0o644):
    with open(path, "xb") as file:
        file.write(content)
    os.chmod(path, mode)


def names():
    os.mkdir(b"names")
    for byte in range(1, 256):
        if byte not in b"./":
            write(b"names/%c" % byte, b"%d" % byte)
    for name in (
        b"new\nline", b"\n", b" ", b" leading", b"trailing ", b"bad \xff\xfe utf-8", b"half \xc3", b"surrogate \xed\xa0\x80", b"\xc3\xa9 composed",
        b"e\xcc\x81 decomposed", b"-rf", b"--help", b"@response", b"[directive]", b"/h"[1:], b"...", b"..x", b".hidden", b"~", b"$HOME", b"%41", b"a\\nb",
        b"back\\slash", b"quote'\"`", b"a=b", b"12 path=x\n", b"glob*?[x]", b"x" * 255, b"\xff" * 255, b"\xe2\x82\xac" * 85, b"a:b", b"tab\there", b"\x1b[31mred",
    ):
        write(b"names/long-or-odd-" + name if len(name) < 230 else b"names/" + name, name)
    # Byte order against the order of trees: what lies in a/ comes before a-b and a.b, wherever - . and / stand in ASCII.
    for name in (b"order/a/x", b"order/a-b/x", b"order/a.b/x", b"order/a\x01/x", b"order/a", b"order/ab"):
        os.makedirs(os.path.dirname(name), exist_ok=True)
        if not os.path.isdir(name):
            write(name, name)


def deep():
    """A path of 4000 bytes, by names of 200, and one of 2000 directories, by names of one byte."""
    for top, name, length in ((b"deep", b"d" * 199, 4000), (b"deeper", b"d", 4000)):
        start = os.open(b".", os.O_RDONLY)
        os.mkdir(top)
        os.chdir(top)
        path = len(top)
        while path + 1 + len(name) + 5 <= length:
            os.mkdir(name)
            os.chdir(name)
            path += 1 + len(name)
        write(b"f" * max(1, length - path - 1), b"at the bottom")
        os.fchdir(start)
        os.close(start)


def sizes():
    os.mkdir(b"sizes")
    pattern = bytes(i * i % 251 for i in range(1 << 16))
    for size in (0, 1, 63, 511, 512, 513, 4095, 4096, 8191, 8192, 8193, 65535, 65536, 65537, 1048576, 5_000_001):
        write(b"sizes/%d" % size, (pattern * (size // len(pattern) + 1))[:size])
    write(b"sizes/random", os.urandom(3_000_000))
    write(b"sizes/zeros", bytes(2_000_000))


def sparse():
    os.mkdir(b"sparse")
    for name, size, data in (
        (b"only-a-hole", 64 << 20, ()), (b"data-first", 64 << 20, (0,)), (b"data-last", 64 << 20, ((64 << 20) - 5,)),
        (b"combed", 8 << 20, tuple(range(0, 8 << 20, 128 << 10))), (b"odd-end", (3 << 20) + 1, (1 << 20,)),
    ):
        with open(b"sparse/" + name, "xb") as file:
            file.truncate(size)
            for offset in data:
                file.seek(offset)
                file.write(b"data!")


def links():
    os.makedirs(b"links/one")
    os.makedirs(b"links/two")
    write(b"links/one/file", b"linked")
    os.link(b"links/one/file", b"links/one/same-directory")
    os.link(b"links/one/file", b"links/two/other-directory")
    os.link(b"links/one/file", b"links/a-name-before")
    write(b"links/empty")
    os.link(b"links/empty", b"links/empty-too")
    for name, target in (
        (b"dangling", b"no/such/thing"), (b"self", b"self"), (b"to-here", b"."), (b"up", b"../.."), (b"absolute", b"/etc/passwd"), (b"odd", b"\xff\n\xfe"),
        (b"long", b"x/" * 2000), (b"to-directory", b"one"),
    ):
        os.symlink(target, b"links/" + name)
    os.link(b"links/dangling", b"links/two/dangling-too", follow_symlinks=False)
    os.mkfifo(b"links/fifo")
    os.link(b"links/fifo", b"links/two/fifo-too")


def modes(root):
    os.mkdir(b"modes")
    for mode in (0o000, 0o4755, 0o2755, 0o1644, 0o7777, 0o400, 0o222):
        write(b"modes/%o" % mode, b"%o" % mode, mode)
    for mode in (0o1777, 0o2775, 0o700, 0o7777):
        os.mkdir(b"modes/directory-%o" % mode)
        os.chmod(b"modes/directory-%o" % mode, mode)
    if root:
        for name, kind, device in ((b"null", stat.S_IFCHR, (1, 3)), (b"large", stat.S_IFCHR, (4095, 1048575)), (b"block", stat.S_IFBLK, (7, 200))):
            os.mknod(b"modes/" + name, kind | 0o640, os.makedev(*device))
        os.link(b"modes/null", b"modes/null-too")
        for uid, gid in ((12345, 54321), (2097152, 2097153), (4294967294, 4294967293)):
            write(b"modes/of-%d" % uid, b"mine")
            os.chown(b"modes/of-%d" % uid, uid, gid)
            os.symlink(b"x", b"modes/link-of-%d" % uid)
            os.lchown(b"modes/link-of-%d" % uid, uid, gid)


def times():
    os.mkdir(b"times")
    for name, ns in (
        (b"1900", YEAR_1900 * NS), (b"1900-and-a-half", YEAR_1900 * NS + NS // 2), (b"before-1970", -1), (b"1970", 0), (b"one-nanosecond", 1),
        (b"2038", (1 << 31) * NS + 999_999_999), (b"2200", YEAR_2200 * NS + 123_456_789), (b"2242", (1 << 33) * NS + 1),
    ):
        write(b"times/" + name, name)
        os.utime(b"times/" + name, ns=(ns, ns))
        os.mkdir(b"times/directory-" + name)
        os.symlink(b"x", b"times/link-" + name)
        os.utime(b"times/directory-" + name, ns=(ns, ns))
        os.utime(b"times/link-" + name, ns=(ns, ns), follow_symlinks=False)


def main():
    os.umask(0o022)
    os.mkdir(sys.argv[1])
    os.chdir(sys.argv[1])
    names()
    deep()
    sizes()
    sparse()
    links()
    modes(os.geteuid() == 0)
    times()
    os.makedirs(b"empty/empty")


main()
