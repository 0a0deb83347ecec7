#!/usr/bin/python3
"""Put a slot for age(1) into a repository, as another program would make it, from backshift-repository(5), "Slots", alone.

    age_slot.py REPOSITORY AGEFILE KEYFILE        the armored age file, and the key of which the slot has the proof
"""
import hashlib
import os
import struct
import sys

import msgpack

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples"))
from backshift_sealing import Keys, key_of  # noqa: E402


def main(repository, age_file, key_file):
    with open(os.path.join(repository, "backshift"), "rb") as file:
        front = file.read(36)
        total = file.read(struct.unpack("<I", front[32:])[0] + 32)[-32:]
    with open(key_file, encoding="ascii") as file:
        key = key_of([line for line in file if not line.startswith("#")][0])
    with open(age_file, encoding="ascii") as file:
        armored = "\n" + file.read().strip() + "\n"
    body = msgpack.packb({"kind": "age", "file": armored, "proof": Keys(key, total).by_purpose["proof"][:16], "made": msgpack.Timestamp(1764061445, 0)})
    name = os.urandom(16)
    front = b"BACKSHFTK" + bytes([0, 1, 0]) + bytes(4) + name + struct.pack("<I", len(body)) + body
    copy = front + hashlib.sha256(front).digest()
    with open(os.path.join(repository, "keys", name.hex()), "xb") as file:
        file.write(copy + bytes(-len(copy) % 4096) + copy)
    print(name.hex())


if __name__ == "__main__":
    main(*sys.argv[1:])
