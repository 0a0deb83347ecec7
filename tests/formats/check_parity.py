#!/usr/bin/python3
"""check_parity.py REPOSITORY: compares the parity rows of every pack with those that ISA-L computes. Status 77 where Debian's libisal2 is missing."""
import ctypes
import glob
import os
import sys

from small_parity import ROW, read_head, segments


class Isal:
    """The calls of erasure_code.h that encode."""

    def __init__(self):
        self.library = ctypes.CDLL("libisal.so.2")

    def encode(self, data, extra, rows):
        """The parity rows of as many data rows."""
        matrix = (ctypes.c_ubyte * (data * (data + extra)))()
        self.library.gf_gen_cauchy1_matrix(matrix, data + extra, data)
        tables = (ctypes.c_ubyte * (32 * data * extra))()
        self.library.ec_init_tables(data, extra, ctypes.byref(matrix, data * data), tables)
        buffers = [ctypes.create_string_buffer(row, ROW) for row in rows]
        made = [ctypes.create_string_buffer(ROW) for _ in range(extra)]
        pointers = [(ctypes.c_void_p * len(each))(*(ctypes.addressof(buffer) for buffer in each)) for each in (buffers, made)]
        self.library.ec_encode_data(ROW, data, extra, tables, *pointers)
        return [buffer.raw for buffer in made]


def row_of(pack, first, count, at):
    return pack[(first + at) * ROW:(first + at + 1) * ROW].ljust(ROW, b"\0") if at < count else bytes(ROW)


def main():
    try:
        isal = Isal()
    except OSError as error:
        print("skip: no libisal2: %s" % error)
        return 77
    seen = 0
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "parity/??/*"))):
        name = os.path.basename(path)
        with open(path, "rb") as file:
            parity = file.read()
        with open(os.path.join(sys.argv[1], "packs", name[:2], name), "rb") as file:
            pack = file.read()
        length, most, share = read_head(parity, bytes.fromhex(name))
        if length != len(pack):
            sys.exit("%s: is for a pack of %d bytes, not %d" % (name, length, len(pack)))
        for first, count, stripes, data, extra, _, rows, _ in segments(length, most, share):
            for stripe in range(stripes):
                made = isal.encode(data, extra, [row_of(pack, first, count, shard * stripes + stripe) for shard in range(data)])
                if made != [parity[rows + (i * stripes + stripe) * ROW:][:ROW] for i in range(extra)]:
                    sys.exit("%s: stripe %d of the segment at row %d differs" % (name, stripe, first))
                seen += 1
    print("%d stripes" % seen)
    return 0 if seen else 1


if __name__ == "__main__":
    sys.exit(main())
