#!/usr/bin/python3
"""skip-larger.py BYTES: leave out files of more than this many bytes.

    bs-walk /home | skip-larger.py 1000000000 | bs-chunk | bs-store /backups

It works after bs-chunk too, but then the files have been read.
"""
import sys

import stream


def keep(records, limit):
    keeping = True
    for record in records:
        if record["kind"] == "entry":
            # A hard link has the size of its file, so it is left out together with the file.
            keeping = record.get("size", 0) <= limit
        # Its content, its forks, and the problems that mark it are left out too: otherwise they would apply to the entry before.
        if keeping or not (record["kind"] in ("entry", "data", "chunk", "list", "hole", "fork") or record["kind"] == "problem" and record.get("marks")):
            yield record


if len(sys.argv) != 2 or not sys.argv[1].isdigit():
    print("usage: skip-larger.py BYTES", file=sys.stderr)
    sys.exit(64)
stream.run(lambda records: keep(records, int(sys.argv[1])))
