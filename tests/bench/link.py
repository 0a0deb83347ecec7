#!/usr/bin/env python3
"""link.py DELAY RATE COMMAND...: run a command behind a slow line: each byte of its standard input and output arrives DELAY seconds later (one way), and at
most RATE bytes a second pass in either direction. With LINK_LOG in the environment a line is appended to that file at the end: bytes sent, bytes received, and
how often the line turned from sending to receiving, which bounds the round trips from below."""
import collections
import os
import subprocess
import sys
import threading
import time

delay, rate = float(sys.argv[1]), float(sys.argv[2])
child = subprocess.Popen(sys.argv[3:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
sent = [0, 0]
turns = [0]
last = [None]
gate = threading.Lock()


def carry(source, target, way):
    pieces = collections.deque()
    ready = threading.Condition()

    def deliver():
        while True:
            with ready:
                while not pieces:
                    ready.wait()
                due, piece = pieces.popleft()
                ready.notify_all()
            time.sleep(max(0, due - time.monotonic()))
            try:
                if not piece:
                    os.close(target)
                    return
                view = memoryview(piece)
                while view:
                    view = view[os.write(target, view):]
            except OSError:
                return

    thread = threading.Thread(target=deliver, daemon=True)
    thread.start()
    free = time.monotonic()
    while True:
        piece = os.read(source, 65536)
        with gate:
            sent[way] += len(piece)
            if piece and last[0] != way:
                turns[0] += way
                last[0] = way
        free = max(free, time.monotonic()) + len(piece) / rate
        with ready:
            # A line holds what fits into its length, and no more.
            while len(pieces) > 16 + 4 * delay * rate / 65536:
                ready.wait()
            pieces.append((free + delay, piece))
            ready.notify_all()
        if not piece:
            break
    thread.join()


requests = threading.Thread(target=carry, args=(0, child.stdin.fileno(), 0), daemon=True)
requests.start()
carry(child.stdout.fileno(), 1, 1)
if os.environ.get('LINK_LOG'):
    with open(os.environ['LINK_LOG'], 'a') as log:
        print(*sent, turns[0], file=log)
sys.exit(child.wait())
