#!/usr/bin/env python3
"""Cuts the inputs of the vectors in this folder anew and compares; exits 1 if one differs. Usage: check.py [file...]"""
import pathlib
import struct
import sys

FOLDER = pathlib.Path(__file__).parent
M64 = (1 << 64) - 1
LETTERS = b"etaoins hrdlucm\n"


def rotate(x, n):
    return (x << n | x >> (64 - n)) & M64


def siphash(key, message):
    k0, k1 = struct.unpack("<QQ", key)
    v0, v1, v2, v3 = k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573

    def rounds(n):
        nonlocal v0, v1, v2, v3
        for _ in range(n):
            v0 = (v0 + v1) & M64
            v2 = (v2 + v3) & M64
            v1 = rotate(v1, 13) ^ v0
            v3 = rotate(v3, 16) ^ v2
            v0 = (rotate(v0, 32) + v3) & M64
            v2 = (v2 + v1) & M64
            v3 = rotate(v3, 21) ^ v0
            v1 = rotate(v1, 17) ^ v2
            v2 = rotate(v2, 32)

    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) & 255])
    for (word,) in struct.iter_unpack("<Q", padded):
        v3 ^= word
        rounds(2)
        v0 ^= word
    v2 ^= 255
    rounds(4)
    return v0 ^ v1 ^ v2 ^ v3


def derive(seed):
    n = 0
    while True:
        r = siphash(seed[16:], struct.pack("<Q", n))
        k, c = r & 0xFFF8 | 3, r >> 16 & 0xFFFF
        powers = sum(pow(k, j, 1 << 16) for j in range(32))
        if all((b * powers + c) % 65536 >= 64 for b in range(256)):
            return k, c
        n += 1


def random(seed, length):
    out = bytearray()
    while len(out) < length:
        seed = (seed + 0x9E3779B97F4A7C15) & M64
        z = (seed ^ seed >> 30) * 0xBF58476D1CE4E5B9 & M64
        z = (z ^ z >> 27) * 0x94D049BB133111EB & M64
        out += struct.pack("<Q", z ^ z >> 31)
    return bytes(out[:length])


def part(line):
    kind, *arguments, length = line.split()
    length = int(length)
    if kind == "byte":
        return bytes([int(arguments[0], 16)]) * length
    if kind == "random":
        return random(int(arguments[0]), length)
    if kind == "period":
        unit = random(int(arguments[1]), int(arguments[0]))
        return (unit * (length // len(unit) + 1))[:length]
    if kind == "text":
        return bytes(LETTERS[b % 16] for b in random(int(arguments[0]), length))
    raise ValueError(line)


def chunk(data, start, average, seed, k, c):
    """The length of the chunk at start."""
    minimum, middle, maximum = average // 2, average * 776 // 1000, 4 * average
    before, after = (1 << 74) // (4 * average), min(M64, (1 << 74) // (average // 4))
    rest = len(data) - start
    if rest <= minimum:
        return rest
    leaves = pow(k, 32, 1 << 16)
    i = start + minimum - 1
    h = sum(pow(k, j, 1 << 16) * data[i - j] for j in range(32)) % 65536
    length = minimum
    while length < maximum and length < rest:
        if (h + c) % 65536 < 64 and siphash(seed[:16], data[i - 63 : i + 1]) <= (before if length < middle else after):
            return length
        length += 1
        i += 1
        h = (h * k + data[i] - leaves * data[i - 32]) % 65536
    return length


def cuts(path):
    headers, _, body = path.read_text().partition("\n\n")
    fields = [line.split(": ", 1) for line in headers.splitlines()]
    seed = bytes.fromhex(dict(fields)["seed"])
    average = int(dict(fields)["average"])
    data = b"".join(part(value) for name, value in fields if name == "input")
    k, c = derive(seed)
    lengths, start = [], 0
    while start < len(data):
        lengths.append(chunk(data, start, average, seed, k, c))
        start += lengths[-1]
    return lengths == [int(line) for line in body.split()]


def keys(path):
    for line in path.read_text().splitlines():
        seed, k, c, identity = line.split()
        seed = bytes.fromhex(seed)
        if derive(seed) != (int(k), int(c)) or struct.pack("<Q", siphash(seed[:16], b"backshift")).hex() != identity:
            return False
    return True


def hashes(path):
    key, message = bytes(range(16)), bytes(range(64))
    return all(int(line, 16) == siphash(key, message[:n]) for n, line in enumerate(path.read_text().splitlines()))


def main():
    differ = 0
    for path in [pathlib.Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.txt")):
        check = {"keys.txt": keys, "siphash-2-4.txt": hashes}.get(path.name, cuts)
        if path.name == "README.txt":
            continue
        same = check(path)
        differ += not same
        print("ok" if same else "DIFFERS", path.name)
    return differ > 0


if __name__ == "__main__":
    sys.exit(main())
