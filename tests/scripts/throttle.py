#!/usr/bin/python3
"""Copy standard input to standard output at MIB a second.

    throttle.py MIB
"""
import os
import sys
import time

rate, done, start = float(sys.argv[1]) * (1 << 20), 0, time.monotonic()
while piece := os.read(0, 1 << 16):
    done += len(piece)
    time.sleep(max(0, start + done / rate - time.monotonic()))
    while piece:
        piece = piece[os.write(1, piece):]
