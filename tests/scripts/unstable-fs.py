#!/usr/bin/python3
"""A file system whose inodes have another number at each look, as those of some network and FUSE file systems have.

    unstable-fs.py MOUNT DIRECTORY

shows what lies in DIRECTORY. Needs python3-fusepy.
"""
import itertools
import os
import sys

import fusepy

numbers = itertools.count(1000)


class UnstableFileSystem(fusepy.Operations):
    # Our numbers, not those that libfuse would give.
    use_ns = True

    def __init__(self, root):
        self.root = root

    def path(self, path):
        return self.root + path

    def getattr(self, path, fh=None):
        try:
            s = os.lstat(self.path(path))
        except OSError as e:
            raise fusepy.FuseOSError(e.errno)
        return {"st_mode": s.st_mode, "st_nlink": s.st_nlink, "st_size": s.st_size, "st_blocks": s.st_blocks, "st_uid": s.st_uid, "st_gid": s.st_gid,
                "st_mtime": s.st_mtime_ns, "st_ctime": s.st_ctime_ns, "st_atime": s.st_atime_ns, "st_ino": next(numbers)}

    def readdir(self, path, fh):
        return [".", "..", *os.listdir(self.path(path))]

    def read(self, path, size, offset, fh):
        with open(self.path(path), "rb") as file:
            return os.pread(file.fileno(), size, offset)


if __name__ == "__main__":
    fusepy.FUSE(UnstableFileSystem(os.path.realpath(sys.argv[2])), sys.argv[1], foreground=True, nothreads=True, ro=True, attr_timeout=0, entry_timeout=0,
                use_ino=True)
