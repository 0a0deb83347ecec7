"""Computes lost rows of a pack from its parity; made from backshift-repository(5), "PARITY", alone."""
import hashlib
import struct
import zlib

ROW, SEGMENT, HEAD = 4096, 9216, 96

EXP, LOG = [0] * 510, [0] * 256
_power = 1
for _i in range(255):
    EXP[_i] = EXP[_i + 255] = _power
    LOG[_power] = _i
    _power = (_power << 1) ^ (0x11D if _power > 127 else 0)


class Damage(Exception):
    pass


def multiply(a, b):
    return EXP[LOG[a] + LOG[b]] if a and b else 0


def inverse(a):
    return EXP[255 - LOG[a]]


def scale(factor, row):
    return row.translate(bytes(multiply(factor, byte) for byte in range(256)))


def add(one, other):
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


def read_head(data, name):
    """Length of the pack, K and M."""
    for head in (data[:HEAD], data[-HEAD:]):
        if len(head) == HEAD and hashlib.sha256(head[:64]).digest() == head[64:]:
            break
    else:
        raise Damage("both heads are damaged")
    if head[:8] != b"BACKSHFT" or head[8:11] != b"E\0\1" or head[16:32] != name:
        raise Damage("is no parity of this pack")
    length, row, segment, most, share = struct.unpack_from("<QIIHH", head, 32)
    if not 1 <= length <= 1 << 40 or (row, segment) != (ROW, SEGMENT) or most < 1 or share < 1 or most + share > 255:
        raise Damage("is inconsistent")
    return length, most, share


def segments(length, most, share):
    """For each segment: its first row, rows, stripes, data shards, parity shards, and where its CRCs, its rows and its second CRCs are."""
    rows, found, at = -(-length // ROW), [], HEAD
    for first in range(0, rows, SEGMENT):
        count = min(SEGMENT, rows - first)
        stripes = -(-count // most)
        data = -(-count // stripes)
        parity = min(share, max(2, -(-data * share // most)))
        table = stripes * (data + parity + 1) * 4
        found.append([first, count, stripes, data, parity, at, at + table])
        at += table + parity * stripes * ROW
    for each in found:
        each.append(at)
        at += each[2] * (each[3] + each[4] + 1) * 4
    return found


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


def heal(pack, data, name):
    """The pack without its damage, and the numbers of the rows that were computed."""
    length, most, share = read_head(data, name)
    pack = bytearray(pack[:length].ljust(length, b"\0"))
    healed = []
    for first, count, stripes, shards, parity, table, rows, second in segments(length, most, share):
        for stripe in range(stripes):
            size = (shards + parity) * 4
            for start in (table, second):
                crcs = data[start + stripe * (size + 4):][:size + 4]
                if len(crcs) == size + 4 and zlib.crc32(crcs[:size]) == struct.unpack("<I", crcs[size:])[0]:
                    break
            else:
                raise Damage("both CRCs of stripe %d are damaged" % stripe)
            crcs = struct.unpack("<%dI" % (shards + parity), crcs[:size])

            def row_of(shard):
                at = shard * stripes + stripe
                start = (first + at) * ROW
                return bytes(pack[start:start + ROW]).ljust(ROW, b"\0") if at < count else bytes(ROW)

            lost = [shard for shard in range(shards) if zlib.crc32(row_of(shard)) != crcs[shard]]
            good = []
            for i in range(parity):
                row = data[rows + (i * stripes + stripe) * ROW:][:ROW]
                if zlib.crc32(row) == crcs[shards + i]:
                    good.append((i, row))
            good = good[:len(lost)]
            if len(good) < len(lost):
                raise Damage("too many rows of stripe %d are damaged" % stripe)
            sums = []
            for i, row in good:
                for shard in set(range(shards)) - set(lost):
                    row = add(row, scale(inverse((shards + i) ^ shard), row_of(shard)))
                sums.append(row)
            matrix = [[inverse((shards + i) ^ shard) for shard in lost] for i, _ in good]
            for shard, row in zip(lost, solve(matrix, sums)):
                number = first + shard * stripes + stripe
                pack[number * ROW:number * ROW + len(pack[number * ROW:(number + 1) * ROW])] = row[:length - number * ROW]
                healed.append(number)
    return bytes(pack), sorted(healed)
