#!/usr/bin/python3
"""tree-digest.py DIRECTORY [--without FIELD,FIELD...]

One line for every entry of a tree, with everything that a backup must bring back, so that `diff` of two such lists names
each difference. Fields, separated by tabs:

    PATH type=f mode=0644 uid= gid= mtime=SECONDS.NANOSECONDS size= sha256= target= rdev=MAJOR:MINOR link=PATH xattr.NAME=HEX

`link` is the first path (in the order of this list) of the same inode within the tree, for those that have another.
Names are bytes: what is not printable ASCII is shown as \\xNN. Directories are entered by descriptor, so a path may
be longer than PATH_MAX. Fifos, sockets and devices are not opened.

The sha256 of a file of more than 1 GiB is that of its blocks of 1 MiB that are not all zeros, each after its offset: it says the same of a hole and of
zeros that were written, and takes no time for a hole.
"""
import errno
import hashlib
import os
import resource
import stat
import sys

TYPES = {
    stat.S_IFREG: "f", stat.S_IFDIR: "d", stat.S_IFLNK: "l", stat.S_IFIFO: "p",
    stat.S_IFSOCK: "s", stat.S_IFCHR: "c", stat.S_IFBLK: "b",
}


def escape(name):
    return "".join(chr(b) if 0x20 < b < 0x7F and b != 0x5C else "\\x%02x" % b for b in name)


BLOCK = 1 << 20
LARGE = 1 << 30


def data_blocks(descriptor, size):
    zeros = bytes(BLOCK)
    offset = 0
    while offset < size:
        try:
            offset = os.lseek(descriptor, offset, os.SEEK_DATA) // BLOCK * BLOCK
        except OSError as error:
            if error.errno == errno.ENXIO:      # nothing but a hole up to the end
                return
            raise
        block = b""
        while len(block) < BLOCK and (more := os.pread(descriptor, BLOCK - len(block), offset + len(block))):
            block += more
        if block != zeros[:len(block)]:
            yield offset, block
        offset += BLOCK


def sha256(directory, name, size):
    # A file that nobody but root may open is root's to compare; O_NONBLOCK in case it was swapped for a fifo.
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if size > LARGE:
            for offset, block in data_blocks(descriptor, size):
                digest.update(b"%d:" % offset)
                digest.update(block)
            return digest.hexdigest()
        while True:
            block = file.read(BLOCK)
            if not block:
                return digest.hexdigest()
            digest.update(block)


def xattrs(directory, name):
    # There is no llistxattrat in Python: the directory is named by its descriptor.
    path = b"/proc/self/fd/%d/%s" % (directory, name)
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError:
        return {}
    return {n: os.getxattr(path, n, follow_symlinks=False) for n in names}


def nanoseconds(ns):
    seconds, rest = divmod(ns, 1_000_000_000)
    return "%d.%09d" % (seconds, rest)


def fields(directory, name, path, status, firsts):
    kind = stat.S_IFMT(status.st_mode)
    yield "type", TYPES.get(kind, "?")
    if kind != stat.S_IFLNK:
        yield "mode", "%04o" % stat.S_IMODE(status.st_mode)
    yield "uid", status.st_uid
    yield "gid", status.st_gid
    yield "mtime", nanoseconds(status.st_mtime_ns)
    if kind == stat.S_IFREG:
        yield "size", status.st_size
        yield "sha256", sha256(directory, name, status.st_size)
    if kind == stat.S_IFLNK:
        yield "target", escape(os.readlink(name, dir_fd=directory))
    if kind in (stat.S_IFCHR, stat.S_IFBLK):
        yield "rdev", "%d:%d" % (os.major(status.st_rdev), os.minor(status.st_rdev))
    if kind != stat.S_IFDIR and status.st_nlink > 1:
        first = firsts.setdefault((status.st_dev, status.st_ino), path)
        if first != path:
            yield "link", escape(first)
    for attribute, value in sorted(xattrs(directory, name).items()):
        yield "xattr." + escape(os.fsencode(attribute)), value.hex()


def show(directory, name, path, without, firsts):
    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    parts = [escape(path)]
    for key, value in fields(directory, name, path, status, firsts):
        if key.split(".")[0] not in without:
            parts.append("%s=%s" % (key, value))
    print("\t".join(parts))
    return stat.S_ISDIR(status.st_mode)


def walk(directory, prefix, without, firsts):
    for name in sorted(os.fsencode(n) for n in os.listdir(directory)):
        path = prefix + name
        if show(directory, name, path, without, firsts):
            inside = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)
            walk(inside, path + b"/", without, firsts)
            os.close(inside)


def main():
    arguments = sys.argv[1:]
    without = set()
    if "--without" in arguments:
        at = arguments.index("--without")
        without = set(arguments[at + 1].split(","))
        del arguments[at:at + 2]
    if len(arguments) != 1:
        sys.exit("usage: tree-digest.py DIRECTORY [--without FIELD,FIELD...]")
    # A path of 4000 bytes can be 2000 directories deep, and each of them is open while we are below it.
    sys.setrecursionlimit(10_000)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    root = os.open(os.fsencode(arguments[0]), os.O_RDONLY | os.O_DIRECTORY)
    firsts = {}
    show(root, b".", b".", without, firsts)
    walk(root, b"", without, firsts)


main()
