"""Computes lost rows of a pack from its parity; made from backshift-repository(5), "PARITY", alone."""
import hashlib
import struct
import zlib

ROW, SEGMENT, HEAD, TABLE = 4096, 9216, 96, 3968

EXP, LOG = [0] * 131070, [0] * 65536
_power = 1
for _i in range(65535):
    EXP[_i] = EXP[_i + 65535] = _power
    LOG[_power] = _i
    _power = (_power << 1) ^ (0x1100B if _power >> 15 else 0)


class Damage(Exception):
    pass


def multiply(a, b):
    return EXP[LOG[a] + LOG[b]] if a and b else 0


def inverse(a):
    return EXP[65535 - LOG[a]]


def scale(factor, row):
    """A row times a word. Its first half has the low bytes of the words, and the other half the high bytes."""
    low = [multiply(factor, byte) for byte in range(256)]
    high = [multiply(factor, byte << 8) for byte in range(256)]
    half = len(row) // 2
    return b"".join(add(row[:half].translate(bytes(word >> shift & 255 for word in low)), row[half:].translate(bytes(word >> shift & 255 for word in high)))
                    for shift in (0, 8))


def add(one, other):
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


class Code:
    """The factors of a segment of so many rows and parity rows."""

    def __init__(self, parity):
        self.points = 1 << (parity - 1).bit_length()
        self.below = 1
        for v in range(1, self.points):
            self.below = multiply(self.below, v)
        self.weights = {}

    def factor(self, i, j):
        """Of row j in parity row i."""
        x = self.points + j
        # W is the same for all x that differ in their low bits alone, as these are those of some v.
        block = x // self.points
        if block not in self.weights:
            product = inverse(self.below)
            for v in range(self.points):
                product = multiply(product, x ^ v)
            self.weights[block] = product
        return multiply(self.weights[block], inverse(i ^ x))


def solve(matrix, rows):
    """Gauss and Jordan; rows become the unknown ones."""
    count = len(rows)
    for column in range(count):
        pivot = next(i for i in range(column, count) if matrix[i][column])
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        rows[column], rows[pivot] = rows[pivot], rows[column]
        factor = inverse(matrix[column][column])
        matrix[column] = [multiply(factor, each) for each in matrix[column]]
        rows[column] = scale(factor, rows[column])
        for i in range(count):
            factor = matrix[i][column]
            if i != column and factor:
                matrix[i] = [a ^ multiply(factor, b) for a, b in zip(matrix[i], matrix[column])]
                rows[i] = add(rows[i], scale(factor, rows[column]))
    return rows


def decode(rows, parity):
    """The rows; None stands for one that is lost, here and in parity."""
    code = Code(len(parity))
    lost = [j for j, row in enumerate(rows) if row is None]
    good = [i for i, row in enumerate(parity) if row is not None][:len(lost)]
    if len(good) < len(lost):
        raise Damage("%d rows are damaged, more than there are parity rows" % len(lost))
    sums = []
    for i in good:
        total = parity[i]
        for j, row in enumerate(rows):
            if row is not None and any(row):
                total = add(total, scale(code.factor(i, j), row))
        sums.append(total)
    found = dict(zip(lost, solve([[code.factor(i, j) for j in lost] for i in good], sums)))
    return [found[j] if row is None else row for j, row in enumerate(rows)]


def read_head(data, name):
    """Length of the pack, and share in percent."""
    for at in list(range(0, 19 * ROW, ROW)) + [len(data) - back * ROW for back in range(1, 21)]:
        head = data[max(at, 0):max(at, 0) + HEAD]
        if len(head) == HEAD and hashlib.sha256(head[:64]).digest() == head[64:]:
            break
    else:
        raise Damage("all heads are damaged")
    if head[:8] != b"BACKSHFT" or head[8:11] != b"E\0\1" or head[16:32] != name:
        raise Damage("is no parity of this pack")
    length, row, segment, share = struct.unpack_from("<QIIH", head, 32)
    if not 1 <= length <= 1 << 40 or (row, segment) != (ROW, SEGMENT) or not 1 <= share <= 100:
        raise Damage("is inconsistent")
    return length, share


def segments(length, share):
    """For each segment: its first row, rows, parity rows, and the first row and table rows of its part of the object."""
    rows, found, at = -(-length // ROW), [], 0
    for first in range(0, rows, SEGMENT):
        count = min(SEGMENT, rows - first)
        parity = max(2, -(-count * share // 100))
        tables = -(-(count + parity) * 4 // TABLE)
        found.append((first, count, parity, at, tables))
        at += 2 * tables + 1 + parity
    return found


def row_of(data, number):
    """A row of a pack or of a parity object."""
    return data[number * ROW:(number + 1) * ROW].ljust(ROW, b"\0")


def read_crcs(data, count, at, tables, parity):
    rows = [row_of(data, number) for number in range(at, at + 2 * tables + 1 + parity)]
    checked = [row[128:] if zlib.crc32(row[100:]) == struct.unpack_from("<I", row, 96)[0] else None for row in rows[:tables] + rows[-tables - 1:]]
    return struct.unpack_from("<%dI" % (count + parity), b"".join(decode(checked[:tables], checked[tables:])))


def heal(pack, data, name):
    """The pack without its damage, and the numbers of the rows that were computed."""
    length, share = read_head(data, name)
    pack = pack[:length].ljust(length, b"\0")
    whole, healed = [], []
    for first, count, parity, at, tables in segments(length, share):
        crcs = read_crcs(data, count, at, tables, parity)
        rows = [row_of(pack, first + j) for j in range(count)] + [row_of(data, at + tables + i) for i in range(parity)]
        rows = [row if zlib.crc32(row) == crc else None for row, crc in zip(rows, crcs)]
        healed += [first + j for j in range(count) if rows[j] is None]
        whole += decode(rows[:count], rows[count:])
    return b"".join(whole)[:length], healed
