#!/usr/bin/python3
"""add-note.py TEXT: give every entry a key `note`, which Backshift does not know but keeps.

    bs-walk /home | bs-chunk | add-note.py "before the move" | bs-store /backups
"""
import sys

import stream


def add(records, text):
    for record in records:
        if record["kind"] == "entry":
            record["note"] = text
        yield record


if len(sys.argv) != 2:
    print("usage: add-note.py TEXT", file=sys.stderr)
    sys.exit(64)
stream.run(lambda records: add(records, sys.argv[1]))
