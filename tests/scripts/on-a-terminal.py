#!/usr/bin/python3
"""on-a-terminal.py COMMAND…: run a command with a terminal of 100 columns for its standard output, and print what it wrote there, with plain line ends.

The status is the command's. Standard error stays as it is.
"""
import errno
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
process = subprocess.Popen(sys.argv[1:], stdout=slave)
os.close(slave)
written = b""
while True:
    try:
        piece = os.read(master, 65536)
    except OSError as error:
        if error.errno != errno.EIO:         # the command has closed the terminal
            raise
        break
    if not piece:
        break
    written += piece
sys.stdout.buffer.write(written.replace(b"\r\n", b"\n"))
sys.stdout.flush()
sys.exit(process.wait())
