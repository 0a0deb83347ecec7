#!/usr/bin/python3
"""unsealed_settings.py FOLDER: puts settings there that are not encrypted, as can be done without the key."""
import hashlib
import os
import struct
import sys

import msgpack

name = bytes(range(16))
body = msgpack.packb({"number": 1000, "made": msgpack.Timestamp(1764061445, 0), "codec": "none"})
front = b"BACKSHFTG" + bytes([0, 1, 0]) + bytes(4) + name + struct.pack("<I", len(body)) + body
os.makedirs(sys.argv[1], exist_ok=True)
with open(os.path.join(sys.argv[1], name.hex()), "wb") as file:
    file.write(front + hashlib.sha256(front).digest())
