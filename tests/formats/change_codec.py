#!/usr/bin/python3
"""change_codec.py CONFIGURATION: changes the codec in it and makes its checksums right, as can be done without the key."""
import hashlib
import struct
import sys

import msgpack

with open(sys.argv[1], "rb") as file:
    data = file.read()
length = struct.unpack_from("<I", data, 32)[0]
body = msgpack.packb({**msgpack.unpackb(data[36:36 + length], timestamp=0), "codec": "none"})
front = data[:32] + struct.pack("<I", len(body)) + body
copy = front + hashlib.sha256(front).digest()
with open(sys.argv[1], "wb") as file:
    file.write(copy + bytes(-len(copy) % 4096) + copy)
