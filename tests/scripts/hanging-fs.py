#!/usr/bin/python3
"""A slow file system, which hangs as that of a server that is gone while this process is stopped (kill -STOP).

    hanging-fs.py MOUNT

It has the files "a" (1,000 bytes) and "slow" (64 MiB, 16 MiB/s), and the directory "d" with the file "f". Needs python3-fusepy.
"""
import errno
import os
import stat
import sys
import time

import fusepy

RATE = 16 << 20
FILES = {"/a": 1000, "/slow": 64 << 20, "/d/f": 10}
NOW = int(time.time()) - 1000


class SlowFileSystem(fusepy.Operations):
    # Without this call the kernel asks nobody when a file is closed: otherwise a process that was killed would wait for the answer.
    flush = None

    def getattr(self, path, fh=None):
        times = {"st_mtime": NOW, "st_ctime": NOW, "st_atime": NOW, "st_uid": os.getuid(), "st_gid": os.getgid()}
        if path in ("/", "/d"):
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2, **times}
        if path not in FILES:
            raise fusepy.FuseOSError(errno.ENOENT)
        return {"st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": FILES[path], "st_blocks": FILES[path] // 512 + 1, **times}

    def readdir(self, path, fh):
        return [".", ".."] + [name.rsplit("/", 1)[1] for name in [*FILES, "/d"] if name.rsplit("/", 1)[0] == path.rstrip("/")]

    def read(self, path, size, offset, fh):
        time.sleep(size / RATE)
        size = max(0, min(size, FILES[path] - offset))
        first = offset // 8
        return b"".join(b"%08d" % number for number in range(first, first + size // 8 + 2))[offset % 8:offset % 8 + size]


if __name__ == "__main__":
    # Nothing is kept by the kernel between two opens, so that every save asks anew.
    fusepy.FUSE(SlowFileSystem(), sys.argv[1], foreground=True, nothreads=True, ro=True, attr_timeout=0, entry_timeout=0)
