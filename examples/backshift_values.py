"""MessagePack values as backshift-repository(5) has them: each is checked for its type and its bounds before it is used."""
import msgpack

DIGEST = 24                       # the first bytes of a SHA-256


class Damage(Exception):
    """The repository does not hold what it should."""


class Refused(Exception):
    """What was asked for cannot be done; the second argument is the exit status."""


def shown(name):
    """A name is bytes; what is not plain text of it is written as \\xNN, so that it stays on its line."""
    return "".join(c if c.isprintable() and c != "\\" else
                   "".join("\\x%02x" % b for b in c.encode("utf-8", "surrogateescape"))
                   for c in name.decode("utf-8", "surrogateescape"))


def shown_text(text):
    """A text is words for people, in which names are escaped already: control characters that are left in it are, and no backslash."""
    return "".join(c if c.isprintable() else "".join("\\x%02x" % b for b in c.encode("utf-8", "surrogateescape")) for c in text)


def unpack(data, what):
    """The MessagePack values in some bytes, one behind the other; none may claim to be longer than these bytes."""
    # raw=False makes str of str; bin stays bytes. A timestamp becomes msgpack.Timestamp, which keeps nanoseconds.
    unpacker = msgpack.Unpacker(raw=False, unicode_errors="surrogateescape", timestamp=0, strict_map_key=False,
                                max_buffer_size=len(data) + 1)
    unpacker.feed(data)
    while unpacker.tell() < len(data):
        try:
            value = unpacker.unpack()
        except (msgpack.exceptions.UnpackException, ValueError, TypeError) as error:
            raise Damage("%s: %s" % (what, error or "a value is cut off")) from None
        yield value


def field(record, key, kind, default=None):
    value = record.get(key, default)
    if kind is bytes and isinstance(value, str):     # str is to be accepted in place of bytes
        value = value.encode("utf-8", "surrogateescape")
    if value is default or type(value) is kind and not (kind is int and value < 0):
        return value
    raise Damage("key %s: not of type %s" % (key, kind.__name__))


def checked_digest(value):
    if type(value) is not bytes or len(value) != DIGEST:
        raise Damage("not a digest")
    return value


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
