"""Headers of tar archives, right or wrong in any way, for scripts that write archives as no program does."""


def header(name, size=0, type=b"0", **fields):
    """A header block. Other fields: mode, uid, gid, mtime, target, magic, user, group, major, minor, prefix, sizefield, as they lie in the block."""
    block = bytearray(512)
    places = {"mode": 100, "uid": 108, "gid": 116, "sizefield": 124, "mtime": 136, "target": 157, "magic": 257, "user": 265, "group": 297, "major": 329,
              "minor": 337, "prefix": 345}
    texts = {"mode": b"0000644\0", "uid": b"0000000\0", "gid": b"0000000\0", "sizefield": b"%011o\0" % size, "mtime": b"00000000007\0", "magic": b"ustar\00000"}
    texts.update(fields)
    block[0 : len(name)] = name
    block[156:157] = type
    for field, text in texts.items():
        block[places[field] : places[field] + len(text)] = text
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def filled(content):
    return content + bytes(-len(content) % 512)


def member(name, content=b"", type=b"0", **fields):
    return header(name, len(content), type, **fields) + filled(content)


def pax(*records, type=b"x"):
    """An extended header with records of "key=value"."""
    text = b""
    for record in records:
        length = len(record) + 2
        while len(b"%d" % length) + len(record) + 2 != length:
            length = len(b"%d" % length) + len(record) + 2
        text += b"%d %s\n" % (length, record)
    return member(b"PaxHeaders/x", text, type)


END = bytes(1024)
