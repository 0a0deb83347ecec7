#!/usr/bin/python3
"""Run a command with a terminal for its standard output and error, and judge what stands on the terminal.

    status-line.py WIDTH[,WIDTH…] COMMAND…

The terminal has the first width, then, each after two seconds, the others. No status line may wrap. On standard output come the status lines that were
shown, each as "WIDTH line", and at the end the rows of the screen, each as "screen row".
"""
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
import unicodedata


class Terminal:
    """As much of a terminal as the programs use: \\r, \\n and ESC [ K."""

    def __init__(self, width):
        self.width, self.rows, self.column, self.shown = width, [[]], 0, []

    def feed(self, text):
        at = 0
        while at < len(text):
            c = text[at]
            at += 1
            if text.startswith("\r\n", at - 1):
                continue
            if c == "\r":
                # A message may take two rows; what is to be erased must not.
                assert self.column < self.width, "wraps at %d columns: %r" % (self.width, "".join(self.rows[-1]))
                self.column = 0
            elif c == "\n":
                self.rows.append([])
                self.column = 0
            elif c == "\033":
                assert text[at:at + 2] == "[K", repr(text[at - 1:at + 20])
                self.rows[-1] = self.rows[-1][:self.column]
                at += 2
            else:
                assert c >= " " and c != "\x7f", "control character %r on the terminal" % c
                columns = 2 if unicodedata.east_asian_width(c) in "WF" else 1
                self.rows[-1][self.column:] = [c] * columns
                self.column += columns
        line = "".join(self.rows[-1])
        if line and (not self.shown or self.shown[-1] != (self.width, line)):
            self.shown.append((self.width, line))


def main():
    widths = [int(width) for width in sys.argv[1].split(",")]
    master, slave = pty.openpty()
    terminal = Terminal(widths[0])

    def resize(width):
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))

    resize(widths[0])
    process = subprocess.Popen(sys.argv[2:], stdout=slave, stderr=slave)
    change, rest = time.monotonic() + 2, b""
    while process.poll() is None or select.select([master], [], [], 0)[0]:
        if select.select([master], [], [], 0.05)[0]:
            # A write comes in one piece here, but a character may be cut at the end of a long one.
            rest += os.read(master, 65536)
            text = rest.decode("utf-8", "ignore")
            rest = rest[len(text.encode()):]
            terminal.feed(text)
        if len(widths) > 1 and time.monotonic() > change:
            del widths[0]
            resize(widths[0])
            # What is on the screen was made for the old width; from the next drawing on the new one holds.
            time.sleep(0.5)
            while select.select([master], [], [], 0)[0]:
                os.read(master, 65536)
            terminal.width, terminal.column = widths[0], 0
            terminal.rows[-1] = []
            change = time.monotonic() + 2
    for width, line in terminal.shown:
        print(width, line)
    for row in terminal.rows:
        print("screen", "".join(row))
    sys.exit(process.returncode)


main()
