#!/usr/bin/python3
"""damage_sealed.py ACTION FILE [OTHER]: damage an object of an encrypted repository, or change it as can be done without the key, with checksums that are
right again.

Status 64 if the object has no such part.
"""
import hashlib
import os
import struct
import sys

SEGMENT, SEAL = 16_384, 64
# Offsets in the header and in the seal after it; small objects have their length, four bytes, between.
PARTS = {"magic": 3, "sealing": 9, "flags": 11, "reserved": 13, "name": 20, "commitment": 32, "salt": 32 + 20, "session": 32 + 40, "spare": 32 + 50}


# As it happens by itself: the first bit is in the mark of the header, the last in the checksum or the seal at the end.
FLIPPED = {"flipped-head": lambda size: 3, "flipped-third": lambda size: size // 3, "flipped-end": lambda size: size - 1}


def is_small(data):
    return data[8:9] not in (b"P", b"R")


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def signed(copy, twice):
    """A small object of one copy or two, with its checksum made right."""
    copy = copy[:-32] + hashlib.sha256(copy[:-32]).digest()
    return copy + bytes(-len(copy) % 4096) + copy if twice else copy


def change(action, data, other):
    size = len(data)
    if action == "emptied":
        return b""
    if action == "cut":
        return data[:size // 2]
    if action == "grown":
        return data + b"grown by this"
    if action == "replaced":
        return other
    if action in FLIPPED:
        return flipped(data, FLIPPED[action](size))
    if is_small(data):
        length = 36 + struct.unpack_from("<I", data, 32)[0] + 32
        copy, twice = data[:length], length < size
        if action in PARTS:
            return signed(flipped(copy, PARTS[action] + (4 if PARTS[action] >= 32 else 0)), twice)
        if action == "content":
            return signed(flipped(copy, 36 + SEAL + 10), twice)
        if action == "tag":
            return signed(flipped(copy, length - 33), twice)
        if action == "shorter":                # fewer bytes are said, and signed
            return signed(copy[:32] + struct.pack("<I", length - 68 - 16) + copy[36:-48] + bytes(32), twice)
        return None
    segments = (size - SEAL - 1) // SEGMENT + 1
    if action in PARTS and PARTS[action] >= 32:            # in both seals
        at = PARTS[action]
        return flipped(flipped(data, at), size - SEAL + at - 32)
    if action in PARTS:
        return flipped(data, PARTS[action])
    if action == "first-seal":
        return flipped(data, 40)
    if action == "second-seal":
        return flipped(data, size - 30)
    if action == "content":                    # the header and both seals of a session have less than 3,000 bytes
        return flipped(data, 150 if size < 3000 else size // 2)
    if action == "last-tag":
        return flipped(data, size - SEAL - 1)
    if segments < 3:
        return None
    if action == "fewer-segments":             # as if it had ended before, with its seal there
        return data[:(segments - 1) * SEGMENT] + data[-SEAL:]
    if action == "more-segments":
        end = (segments - 1) * SEGMENT
        return data[:end] + data[end - SEGMENT:end] + data[end:]
    if action == "segments-exchanged":
        return data[:SEGMENT] + data[2 * SEGMENT:3 * SEGMENT] + data[SEGMENT:2 * SEGMENT] + data[3 * SEGMENT:] if segments > 3 else None
    return None


def main(action, path, other=None):
    if action == "missing":
        os.remove(path)
        return 0
    if action == "exchanged":
        os.rename(path, path + "+")
        os.rename(other, path)
        os.rename(path + "+", other)
        return 0
    with open(path, "rb") as file:
        data = file.read()
    with open(other or path, "rb") as file:
        changed = change(action, data, file.read())
    if changed is None:
        return 64
    with open(path, "wb") as file:
        file.write(changed)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
