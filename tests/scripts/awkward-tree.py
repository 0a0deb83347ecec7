#!/usr/bin/python3
"""awkward-tree.py DIRECTORY [LONGEST]

Make a directory of what backup programs stumble over: names of any bytes, paths longer than PATH_MAX, sparse and empty files, fifos,
dangling links, hard links within and across directories, odd modes, attributes, times long before 1970 and far ahead.
What needs root (devices, owners) or a file system that keeps attributes is left out where that is missing.
No path in it is longer than LONGEST bytes, 6,000 unless it is given: tar(1) takes up to 4,095.
"""
import os
import random
import stat
import sys

NS = 1_000_000_000
YEAR_1900, YEAR_2200 = -2_208_988_800 * NS, 7_258_118_400 * NS


def write(path, content=b""):
    with open(path, "wb") as file:
        file.write(content)


def names(top):
    """Each byte that a name can have, at its start, its end and alone; names that look like something else; long ones."""
    os.mkdir(top)
    for byte in range(1, 256):
        if byte != 0x2F:
            for name in (b"%c", b"%cx", b"x%c"):
                if name % byte != b".":
                    write(os.path.join(top, name % byte), b"%d" % byte)
    for name in (b"-rf", b"--", b"...", b"a\nb", b" ", b"\xff\xfe", b"\xc3\x28", b"e\xcc\x81", b"\xc3\xa9", b"x" * 255, b"\xf0\x9f\x92\xbe" * 63,
                 b"a", b"a.b", b"a-b", b"a b", b"a0", b"$(id)", b"`id`", b"*", b"a\\b", b"\\x41", b"%41", b"C:"):
        write(os.path.join(top, name), b"content of " + name)
    os.mkdir(os.path.join(top, b"a!"))
    write(os.path.join(top, b"a!", b"inside"))       # in the order of a tree a/… comes before a!, in that of bytes behind it
    os.mkdir(os.path.join(top, b"ab"))
    write(os.path.join(top, b"ab", b"inside"))


def contents(top):
    chance = random.Random(2)
    os.mkdir(top)
    for size in (0, 1, 2, 4095, 4096, 4097, 8191, 8192, 8193, 65_535, 65_536, 65_537, 3_000_000):
        write(os.path.join(top, b"random-%d" % size), chance.randbytes(size))
        write(os.path.join(top, b"zeros-%d" % size), bytes(size))
    write(os.path.join(top, b"periodic"), b"abcdefghij" * 100_000)
    for name, parts in {b"hole-only": [0], b"hole-first": [1 << 20, b"x" * 5000], b"hole-last": [b"x" * 5000, 1 << 20],
                        b"hole-between": [b"x" * 4096, 3 << 20, b"y" * 10_000], b"hole-huge": [b"x", 1 << 32, b"y"],
                        b"holes": [b"z" * 4096, 4096] * 300}.items():
        with open(os.path.join(top, name), "wb") as file:
            for part in parts:
                if isinstance(part, int):
                    file.seek(part, os.SEEK_CUR)
                else:
                    file.write(part)
            file.truncate(file.tell() if name != b"hole-only" else 1 << 24)


def kinds(top):
    os.mkdir(top)
    os.mkdir(os.path.join(top, b"empty"))
    os.mkfifo(os.path.join(top, b"fifo"))
    for name, target in {b"dangling": b"no/such/thing", b"absolute": b"/etc/passwd", b"up": b"../../..", b"self": b"self", b"odd": b"a\n\xff",
                         b"long": b"l" * 4000, b"to-directory": b"empty"}.items():
        os.symlink(target, os.path.join(top, name))
    if os.geteuid() == 0:
        os.mknod(os.path.join(top, b"null"), stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.mknod(os.path.join(top, b"disk"), stat.S_IFBLK | 0o660, os.makedev(259, 1_048_575))
        os.link(os.path.join(top, b"disk"), os.path.join(top, b"disk-too"))
        os.lchown(os.path.join(top, b"dangling"), 4_294_967_294, 2_097_152)


def links(top):
    """The name that sorts first is not the one that was made first."""
    os.makedirs(os.path.join(top, b"d", b"e"))
    write(os.path.join(top, b"m"), b"linked" * 1000)
    for name in (b"a", b"z", b"d/l", b"d/e/l"):
        os.link(os.path.join(top, b"m"), os.path.join(top, name))
    for first, second, make in ((b"s", b"d/s", lambda p: os.symlink(b"m", p)), (b"p", b"d/p", os.mkfifo), (b"0", b"d/0", write)):
        make(os.path.join(top, first))
        os.link(os.path.join(top, first), os.path.join(top, second), follow_symlinks=False)


def modes(top):
    os.mkdir(top)
    for mode in (0o0, 0o111, 0o222, 0o444, 0o777, 0o4755, 0o2755, 0o1644, 0o7777, 0o6000):
        write(os.path.join(top, b"f%04o" % mode), b"%o" % mode)
        os.mkdir(os.path.join(top, b"d%04o" % mode))
        write(os.path.join(top, b"d%04o" % mode, b"inside"))
        if os.geteuid() == 0:
            os.chown(os.path.join(top, b"f%04o" % mode), 1000 + mode, 4_000_000_000)
        os.chmod(os.path.join(top, b"f%04o" % mode), mode)
        # Who is not root could not read what it may not enter.
        os.chmod(os.path.join(top, b"d%04o" % mode), mode if os.geteuid() == 0 else mode | 0o500)


def attributes(top):
    os.mkdir(top)
    wanted = {b"user.empty": b"", b"user.bytes": bytes(range(256)), b"user.\xff\xfe": b"name that is no text", b"user.long": b"v" * 2000}
    if os.geteuid() == 0:
        wanted.update({b"trusted.note": b"root's", b"security.capability": bytes.fromhex("0000000200040000000000000000000000000000"[:40])})
    for name, make in ((b"file", write), (b"directory", os.mkdir)):
        path = os.path.join(top, name)
        make(path)
        for key, value in wanted.items():
            try:
                os.setxattr(path, key, value)
            except OSError:
                pass        # not on this file system, or not for us


def deep(top, longest):
    """Paths of up to 6,000 bytes, by descriptors, since one call takes 4,095."""
    os.mkdir(top)
    directory = os.open(top, os.O_RDONLY)
    for level in range((longest - len("deep/file")) // 201):
        name = b"%03d" % level + b"d" * 197
        os.mkdir(name, dir_fd=directory)
        below = os.open(name, os.O_RDONLY, dir_fd=directory)
        os.close(directory)
        directory = below
        os.close(os.open(b"file", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=directory))
    os.close(directory)


def times(top):
    os.mkdir(top)
    for name, ns in {b"1900": YEAR_1900, b"2200": YEAR_2200, b"1969": -1, b"1970": 0, b"before": -1_500_000_001, b"2038": (1 << 31) * NS + 999_999_999,
                     b"2106": (1 << 32) * NS + 1, b"2446": ((1 << 34) - (1 << 31) - 1) * NS}.items():
        path = os.path.join(top, name)
        write(path)
        os.symlink(b"x", path + b"-link")
        os.mkdir(path + b"-directory")
        for each in (path, path + b"-link", path + b"-directory"):
            os.utime(each, ns=(ns, ns), follow_symlinks=False)


def main():
    top = os.fsencode(sys.argv[1])
    os.mkdir(top)
    os.umask(0o022)
    for make in (names, contents, kinds, links, modes, attributes, times):
        make(os.path.join(top, make.__name__.encode()))
    deep(os.path.join(top, b"deep"), int(sys.argv[2]) if len(sys.argv) > 2 else 6000)
    os.utime(top, ns=(1, 123_456_789))


main()
