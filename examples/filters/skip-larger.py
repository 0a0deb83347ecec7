#!/usr/bin/python3
"""skip-larger.py BYTES: leave out files of more than so many bytes.

    bs-walk /home | skip-larger.py 1000000000 | bs-chunk | bs-store /backups

Works behind bs-chunk too, but then the files have been read.
"""
import sys

import stream


def keep(records, limit):
    keeping = True
    for record in records:
        if record["kind"] == "entry":
            # A link repeats the size of the file that it is another name of, so it goes when that goes.
            keeping = record.get("size", 0) <= limit
        # With an entry go its content, its forks, and the problems that mark it: they would mark the entry before.
        if keeping or not (record["kind"] in ("entry", "data", "chunk", "list", "hole", "fork") or record["kind"] == "problem" and record.get("marks")):
            yield record


if len(sys.argv) != 2 or not sys.argv[1].isdigit():
    print("usage: skip-larger.py BYTES", file=sys.stderr)
    sys.exit(64)
stream.run(lambda records: keep(records, int(sys.argv[1])))
