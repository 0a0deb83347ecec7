#!/usr/bin/python3
"""add-xattrs.py: give every entry its extended attributes, including access control lists and capabilities.

    bs-walk /home | add-xattrs.py | bs-chunk | bs-store /backups

Run it in the same directory as bs-walk, because it opens the paths that bs-walk writes.
"""
import errno
import os

import stream


def read(path):
    return {os.fsencode(name): os.getxattr(path, name, follow_symlinks=False) for name in os.listxattr(path, follow_symlinks=False)}


def add(records):
    for record in records:
        trouble = None
        if record["kind"] == "entry":
            path = record.get("source", record["path"])
            try:
                record["xattrs"] = read(path)
            except OSError as error:
                if error.errno != errno.ENOTSUP:
                    trouble = stream.problem(path, error)
        yield record
        if trouble:
            yield trouble


stream.run(add)
