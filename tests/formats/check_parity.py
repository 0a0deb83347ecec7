#!/usr/bin/python3
"""check_parity.py REPOSITORY: verifies the parity rows of every pack by a random sum of all equations that backshift-repository(5) gives for them."""
import glob
import os
import random
import sys

from small_parity import EXP, LOG, ROW, TABLE, Code, add, multiply, read_crcs, read_head, row_of, scale, segments


def fits(rows, parity):
    """Whether these are the parity rows of the rows: if they are not, in one case of 65,536 it seems so."""
    code = Code(len(parity))
    chosen = [random.randrange(1, 65536) for _ in parity]
    logs = [LOG[each] for each in chosen]
    total = bytes(len(rows[0]))
    for each, row in zip(chosen, parity):
        total = add(total, scale(each, row))
    for j, row in enumerate(rows):
        if any(row):
            weight = multiply(code.factor(0, j), code.points + j)
            x = code.points + j
            factor = 0
            for i, log in enumerate(logs):
                factor ^= EXP[log + 65535 - LOG[i ^ x]]
            total = add(total, scale(multiply(weight, factor), row))
    return not any(total)


def main():
    seed = random.randrange(1 << 32)
    random.seed(seed)
    seen = 0
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "parity/??/*"))):
        name = os.path.basename(path)
        with open(path, "rb") as file:
            data = file.read()
        with open(os.path.join(sys.argv[1], "packs", name[:2], name), "rb") as file:
            pack = file.read()
        length, share = read_head(data, bytes.fromhex(name))
        if length != len(pack):
            sys.exit("%s: is for a pack of %d bytes, not %d" % (name, length, len(pack)))
        end = 0
        for first, count, parity, at, tables in segments(length, share):
            if len(read_crcs(data, count, at, tables, parity)) != count + parity:
                sys.exit("%s: has too few checksums" % name)
            if not fits([row_of(pack, first + j) for j in range(count)], [row_of(data, at + tables + i) for i in range(parity)]):
                sys.exit("%s: the parity rows of the segment at row %d differ (seed %d)" % (name, first, seed))
            end = at + 2 * tables + 1 + parity
            table = [row_of(data, number)[ROW - TABLE:] for number in range(at, end)]
            if not fits(table[:tables], table[-tables - 1:]):
                sys.exit("%s: the table rows of the segment at row %d differ (seed %d)" % (name, first, seed))
            seen += 1
        if len(data) != end * ROW:
            sys.exit("%s: is %d bytes long, not %d" % (name, len(data), end * ROW))
    print("%d segments" % seen)
    return 0 if seen else 1


if __name__ == "__main__":
    sys.exit(main())
