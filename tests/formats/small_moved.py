"""Records of moved packs, from backshift-repository(5), "Moved packs"."""
import os
import sys

import msgpack

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples"))
from backshift_objects import read_small  # noqa: E402
from backshift_values import Damage, as_bytes, field, needed, shown  # noqa: E402

MAX_PACKS, MAX_NAMES = 100_000, 1_048_576        # packs of a record, and bytes of names of others for each


def read_moved(path, name):
    """When a record was made, or None, and for each pack of it the names of all that it has moved to."""
    body = read_small(path, b"M", name)
    try:
        made, items, found = field(body, "made", msgpack.Timestamp), needed(body, "moved", list), {}
        if len(items) > MAX_PACKS:
            raise Damage("too many packs")
        for item in items:
            pack, names = map(as_bytes, item) if type(item) is list and len(item) == 2 else (None, None)
            if type(pack) is not bytes or len(pack) != 16 or type(names) is not bytes or len(names) % 16 or len(names) > MAX_NAMES:
                raise Damage("a pack that is not said to have moved as the page describes it")
            found.setdefault(pack.hex(), set()).update(names[at:at + 16].hex() for at in range(0, len(names), 16))
    except Damage as damage:
        raise Damage("%s: %s" % (shown(path), damage)) from None
    return made, found


def needed_packs(named, moved):
    """The packs that are needed if some are, of which each may have moved: `moved` has what all records together say."""
    found, left = set(), list(named)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += moved.get(name, ())
    return found
