"""MessagePack values as backshift-repository(5) has them: each is checked for its type and its bounds before it is used."""
import re
import unicodedata

import msgpack

DIGEST = 24                       # the first bytes of a SHA-256
MAX_CHUNK = 8_388_608             # also of a block's content, of its prefixes together, and of the body of a block list
NOT_TEXT = re.compile("[\ud800-\udfff]")     # what stands for bytes that are not UTF-8


class Damage(Exception):
    """The repository does not hold what it should."""


class Unexpected(Damage):
    """An object of another version or kind than this reader knows: it is not damaged, but cannot be read."""


class Refused(Exception):
    """What was asked for cannot be done; the second argument is the exit status."""


def shown(name):
    """A name is bytes; those that are not plain text are written as \\xNN, so that it stays on its line."""
    return "".join(c if c.isprintable() and c != "\\" else
                   "".join("\\x%02x" % b for b in c.encode("utf-8", "surrogateescape"))
                   for c in name.decode("utf-8", "surrogateescape"))


def shown_text(text):
    """A text is words for people, in which names are escaped already: control characters that are left in it are escaped, backslashes are not."""
    return "".join(c if c.isprintable() else "".join("\\x%02x" % b for b in c.encode("utf-8", "surrogateescape")) for c in text)


def checked_map(pairs):
    """A map has at most 1,024 keys, and none twice."""
    found = dict(pairs)
    if len(pairs) > 1024 or len(found) != len(pairs):
        raise Damage("a map with too many keys, or one of them twice")
    return found


def too_deep(value, levels=16):
    """Whether maps and arrays nest deeper than this."""
    if type(value) not in (dict, list):
        return False
    inner = value.values() if type(value) is dict else value
    return levels == 0 or any(too_deep(each, levels - 1) for each in inner if type(each) in (dict, list))


def unpack(data, what, begin=None, longest=None):
    """The concatenated MessagePack values in some bytes; none may claim to be longer than these bytes. Every value but the first
    begins before the offset `begin` and has at most `longest` bytes, where these are given."""
    # raw=False makes str of str; bin stays bytes. A timestamp becomes msgpack.Timestamp, which keeps nanoseconds.
    unpacker = msgpack.Unpacker(raw=False, unicode_errors="surrogateescape", timestamp=0, strict_map_key=False,
                                object_pairs_hook=checked_map, max_buffer_size=len(data) + 1)
    unpacker.feed(data)
    while (start := unpacker.tell()) < len(data):
        try:
            value = unpacker.unpack()
        except (msgpack.exceptions.UnpackException, ValueError, TypeError, Damage) as error:
            raise Damage("%s: %s" % (what, str(error) or "a value is cut off")) from None
        if too_deep(value):
            raise Damage("%s: maps or arrays nest too deep" % what)
        if start and (begin is not None and start >= begin or longest is not None and unpacker.tell() - start > longest):
            raise Damage("%s: is longer than it may be" % what)
        yield value


def unpack_map(data, what):
    values = list(unpack(data, what))
    if len(values) != 1 or type(values[0]) is not dict:
        raise Damage("%s: not one map" % what)
    return values[0]


def field(record, key, kind, default=None):
    """The value of a key, or the default where it is left out; nil is a value of the wrong type."""
    if key not in record:
        return default
    value = record[key]
    if kind is bytes and isinstance(value, str):     # str is to be accepted in place of bytes
        value = as_bytes(value)
    if type(value) is not kind or kind is int and not 0 <= value < 1 << 63 or kind is str and NOT_TEXT.search(value):
        raise Damage("key %s: not of type %s" % (key, kind.__name__))
    return value


def needed(record, key, kind):
    """The value of a key that must be there."""
    if key not in record:
        raise Damage("key %s: is missing" % key)
    return field(record, key, kind)


def words(record, key, most=None):
    """An array of words, of at most 255 bytes each."""
    found = field(record, key, list, [])
    if any(type(word) is not str or len(as_bytes(word)) > 255 for word in found) or most is not None and len(found) > most:
        raise Damage("key %s: too many words, or some that are none" % key)
    return found


def plain(text, without=""):
    """Whether a text has no control character, and none of some others."""
    return not any(c in without or unicodedata.category(c) == "Cc" for c in text)


def checked_digest(value):
    if type(value) is not bytes or len(value) != DIGEST:
        raise Damage("not a digest")
    return value


def pairs_of(flat):
    """The pairs in the key `content` of an entry."""
    if len(flat) % 2 or len(flat) > 2 * 65_536:
        raise Damage("key content: too many pairs, or half of one")
    return checked_pairs(zip(flat[::2], flat[1::2]))


def checked_pairs(pairs, longest=MAX_CHUNK):
    """Digest, or None for a hole, and length; no two holes touch. `longest` is what the pairs with a digest may say."""
    hole = False
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or type(pair[1]) is not int or not 1 <= pair[1] < 1 << 63:
            raise Damage("content that is not pairs of digest and length")
        if hole and pair[0] is None:
            raise Damage("two holes that touch")
        if pair[0] is not None and pair[1] > longest:
            raise Damage("a chunk that is longer than any")
        hole = pair[0] is None
        yield None if hole else checked_digest(as_bytes(pair[0])), pair[1]


def checked_path(path):
    """The form of a path that backshift-stream(5) demands, under `entry`: it cannot lead out of the target."""
    if path is None or not 0 < len(path) <= 65_535 or b"\0" in path:
        raise Damage("an entry without a usable path")
    if path != b"." and any(part in (b"", b".", b"..") for part in path.split(b"/")):
        raise Damage("%s: not a relative path" % shown(path))
    return path


def order(path):
    """Sorts a slash lower than every other byte; NUL does not occur."""
    return path.replace(b"/", b"\0")


def as_bytes(value):
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
