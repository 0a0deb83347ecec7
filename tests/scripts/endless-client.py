#!/usr/bin/python3
"""endless-client.py

A client of bs-serve on standard output that asks for the time and never stops, nor reads an answer. Not as often as it could: other scripts run beside it.
"""
import itertools
import msgpack
import os
import signal
import time

signal.signal(signal.SIGPIPE, signal.SIG_DFL)
os.write(1, msgpack.packb({"hello": "backshift-object", "version": 1}))
for first in itertools.count(1, 100):
    piece = b"".join(msgpack.packb({"do": "time", "id": number}) for number in range(first, first + 100))
    while piece:
        piece = piece[os.write(1, piece):]
    time.sleep(0.002)
