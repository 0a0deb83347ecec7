"""What a server of objects needs besides its answers: paths and messages within the bounds of backshift-object(5), durable files."""
import os
import re

import msgpack

MESSAGE, DATA, PATH = 2 << 20, 1 << 20, 1024
NAME = rb"[0-9a-f]{32}"
PLAIN = rb"(?:settings|index|condemned|keys|moved|checks)"
HOST = rb"(?!\.)(?:[A-Za-z0-9._-]|%[0-9A-F]{2})+"
TIME = rb"[0-9]{8}T[0-9]{6}(?:(?:\.[0-9]{3}|\.[0-9]{9})?Z|Z_[0-9a-f]{8})(?:~[1-9][0-9]{0,18})?"
# The paths of objects, and of the folders that they are in.
OBJECT = re.compile(rb"backshift|(?:packs|parity)/([0-9a-f]{2})/\1[0-9a-f]{30}|%b/%b|intents/%b(?:!|~[1-9][0-9]{0,17})|"
                    rb"(?:(?:savesets|expired)/%b(?:/\+%b)?/%b)|tags/%b(?:/\+%b)?/%b~[1-9][0-9]{0,17}"
                    % (PLAIN, NAME, NAME, HOST, HOST, TIME, HOST, HOST, TIME))
FOLDER = re.compile(rb"(?:packs|parity)(?:/[0-9a-f]{2})?|%b|intents|(?:savesets|expired|tags)(?:/%b(?:/\+%b)?)?" % (PLAIN, HOST, HOST))


class Refused(OSError):
    """The client may not do it, or not there."""


# The kinds of trouble that errors are; all others are "broken".
KINDS = {Refused: "refused", PermissionError: "refused", FileNotFoundError: "missing", FileExistsError: "occupied", IsADirectoryError: "damaged",
         NotADirectoryError: "damaged"}


def messages():
    """The maps on standard input. A value that is missing or of another type raises an error where it is used."""
    unpacker = msgpack.Unpacker(raw=True, max_bin_len=DATA, max_str_len=DATA, max_array_len=MESSAGE, max_map_len=1024)
    received = begun = 0
    while piece := os.read(0, 1 << 16):
        unpacker.feed(piece)
        received += len(piece)
        for message in unpacker:
            begun = unpacker.tell()
            yield {key.decode(): value for key, value in message.items()}
        if received - begun > MESSAGE:
            raise ValueError("a message is too long")
    if received > begun:
        raise ValueError("a message is cut off")


def verify(path, form):
    """Refuses what is no path of this form."""
    if len(path) > PATH or not form.fullmatch(path):
        raise Refused("this is no path of a repository")


def create(data=b""):
    """A draft: a file without a name below the current directory, so that it is gone once it is closed or this process has ended."""
    draft = open(os.open(".", os.O_TMPFILE | os.O_WRONLY, 0o600), "wb")
    draft.write(data)
    return draft


def publish(draft, path):
    """Gives a draft its name, and makes both durable; false if the name is taken."""
    draft.flush()
    os.fsync(draft.fileno())
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    try:
        os.link("/proc/self/fd/%d" % draft.fileno(), path, src_dir_fd=draft.fileno(), follow_symlinks=True)
    except FileExistsError:
        return False
    settle(path)
    return True


def settle(path):
    """Makes the name of an object durable, and the names of the folders that it is in."""
    while path not in ("", b"", "/"):
        path = os.path.dirname(path)
        folder = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)


def time_of(file):
    """When the store received an object, by its own clock."""
    return msgpack.Timestamp.from_unix_nano(os.fstat(file.fileno()).st_mtime_ns)


def below(folder):
    """The paths of all objects in a folder, and in those below it."""
    def fail(error):
        if not isinstance(error, FileNotFoundError):
            raise error
    for place, _, names in os.walk(folder, onerror=fail):
        yield from filter(OBJECT.fullmatch, (os.path.join(place, name) for name in names))
