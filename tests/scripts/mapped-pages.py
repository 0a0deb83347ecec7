#!/usr/bin/python3
"""Writes to a page of a file through a mapping while the page is dirty: once, and again each time a line comes on standard input.

    mapped-pages.py FILE
"""
import mmap
import os
import sys

fd = os.open(sys.argv[1], os.O_RDWR)
pages = mmap.mmap(fd, os.fstat(fd).st_size)
number = 0
while True:
    pages[5000:5008] = b"%08d" % number
    print(number, flush=True)
    number += 1
    if not sys.stdin.readline():
        break
