#!/usr/bin/python3
"""Look for an AES-GCM key that encrypted two different contents: every nonce in them would be one that was used twice.

    nonces.py KEYFILE REPOSITORY...      repositories of one configuration: states of one, copies of it, what killed writers left in it

The key of each object is derived from its seal, from backshift-repository(5) alone. Objects with the same key are copies of one another, or one is the
beginning of the other, a draft that was never finished. Status 1 if there are others, 65 if a seal is not right.
"""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples"))
from backshift_sealing import PURPOSES, Keys, expand, key_of  # noqa: E402

SEGMENT = 16_384


def sealed_part(data):
    """The seal of an object and what is encrypted in it, or None if it is not sealed, or ends before."""
    if len(data) < 100 or data[:8] != b"BACKSHFT" or data[9] != 1:
        return None
    if data[8:9] in (b"P", b"R"):
        seal = data[32:96]
        return seal, data[96:-64] if data[-64:] == seal else data[96:]
    length = struct.unpack_from("<I", data, 32)[0]
    return data[36:100], data[100:36 + length]


def main(key_file, repositories):
    with open(key_file, encoding="ascii") as file:
        root = key_of([line for line in file if not line.startswith("#")][0])
    contents, objects, wrong = {}, 0, 0
    for repository in repositories:
        with open(os.path.join(repository, "backshift"), "rb") as file:
            front = file.read(36)
            keys = Keys(root, file.read(struct.unpack("<I", front[32:])[0] + 32)[-32:])
        for folder, _, files in os.walk(repository):
            for path in (os.path.join(folder, name) for name in files):
                with open(path, "rb") as file:
                    data = file.read()
                part = sealed_part(data)
                if part is None:
                    continue
                seal, content = part
                derived = expand(keys.by_purpose[PURPOSES[data[8:9]]], b"object" + data[8:9] + data[16:32] + seal[16:48], 48)
                if derived[32:] != seal[:16]:
                    print("%s: its seal is not right" % path, file=sys.stderr)
                    return 65
                objects += 1
                known, where = contents.setdefault(derived[:32], (content, path))
                if len(content) > len(known):
                    contents[derived[:32]] = (content, path)
                if known[:len(content)] != content[:len(known)]:
                    wrong += 1
                    print("%s and %s are different, and encrypted with the same key" % (where, path), file=sys.stderr)
    pairs = sum(max(1, -(-len(content) // SEGMENT)) for content, _ in contents.values())
    print("%d objects, %d keys, %d pairs of key and nonce, %d keys with two contents" % (objects, len(contents), pairs, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
