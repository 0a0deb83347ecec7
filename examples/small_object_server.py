#!/usr/bin/python3
"""Serve a directory to Backshift's programs by backshift-object(5): -r 'exec:small_object_server.py /backups'

It leaves out what the page does not require: locks (a save that was killed counts as alive for a day), mending, groups,
listings of a part, care for links; object_server.py has these. It needs python3-msgpack, a local disk and O_TMPFILE.
"""
import heapq, os, re, sys  # noqa: E401
import msgpack

MESSAGE, DATA, PATHS = 2 << 20, 1 << 20, 1024
NAME, N, FLAT = rb"[0-9a-f]{32}", rb"~[1-9][0-9]{0,17}", rb"(?:settings|index|condemned|keys|moved|checks)"
HOST = rb"(?!\.)(?:[\w.-]|%[0-9A-F]{2})+(?:/\+(?!\.)(?:[\w.-]|%[0-9A-F]{2})+)?"
TIME = rb"[0-9]{8}T[0-9]{6}(?:(?:\.[0-9]{3}|\.[0-9]{9})?Z|Z_[0-9a-f]{8})(?:~[1-9][0-9]{0,18})?"
OBJECT = re.compile(rb"backshift|(?:packs|parity)/([0-9a-f]{2})/\1[0-9a-f]{30}|%b/%b|intents/%b(?:!|%b)|"
                    rb"(?:savesets|expired)/%b/%b|tags/%b/%b%b" % (FLAT, NAME, NAME, N, HOST, TIME, HOST, TIME, N))
FOLDER = re.compile(rb"backshift|(?:packs|parity)(?:/[0-9a-f]{2})?|%b|intents|"
                    rb"(?:savesets|expired|tags)(?:/%b)?" % (FLAT, HOST))
ANSWERS = {(b"open", FileNotFoundError): {"gone": True}, (b"read", FileNotFoundError): {"gone": True},
           (b"exists", FileNotFoundError): {"there": False}, (b"delete", FileNotFoundError): {"deleted": True},
           (b"delete", PermissionError): {"deleted": False}}

class Refused(OSError):
    pass

KINDS = {Refused: "refused", PermissionError: "refused", FileNotFoundError: "missing", FileExistsError: "occupied",
         IsADirectoryError: "damaged", NotADirectoryError: "damaged"}

def messages():
    """The maps on standard input, within bounds. A value that is missing or odd raises an error where it is used."""
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

def settle(path):
    """Makes the name of an object durable, and the names of the folders that it is in."""
    while path not in ("", b"", "/"):
        path = os.path.dirname(path)
        folder = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)

def create(data=b""):
    """A draft: a file without a name, so that it is gone once it is closed or this process has ended."""
    draft = open(".", "wb", opener=lambda path, flags: os.open(path, os.O_TMPFILE | os.O_WRONLY, 0o600))
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

def below(folder):
    def fail(error):
        if not isinstance(error, FileNotFoundError):
            raise error
    for place, _, names in os.walk(folder, onerror=fail):
        yield from filter(OBJECT.fullmatch, (os.path.join(place, name) for name in names))

def time_of(file):
    return msgpack.Timestamp.from_unix_nano(os.fstat(file.fileno()).st_mtime_ns)

def do(what, request, location, drafts):
    path, number = request.get("path"), request.get("draft")
    if path is not None and (len(path) > 1024 or not (FOLDER if what in ("list", "start") else OBJECT).fullmatch(path)):
        raise Refused("this is no path of a repository")
    if number is not None and what != "start" and number not in drafts:
        raise Refused("there is no such draft")
    # It is put back where it goes on. After an error it does not: nothing is published of which a part may be missing.
    draft = create() if what == "start" else drafts.pop(number, None)
    match what:
        case "open" | "read":
            with open(path, "rb", opener=lambda name, how: os.open(name, how | os.O_NOFOLLOW | os.O_NONBLOCK)) as file:
                length, most = os.fstat(file.fileno()).st_size, min(request["most"], DATA)
                at = request["at"] if what == "read" else max(length - most, 0) if request["end"] == b"tail" else 0
                return {"length": length, "received": time_of(file), "data": os.pread(file.fileno(), most, at)}
        case "exists":
            return {"there": bool(os.lstat(path))}
        case "list":
            paths = heapq.nsmallest(PATHS, (found for found in below(path) if found > request.get("after", b"")))
            return {"paths": paths, **({"after": paths[-1]} if len(paths) == PATHS else {})}
        case "time" | "prepare":
            return {"time": time_of(create())}
        case "put" | "hold" | "publish":
            is_published = publish(draft or create(request["data"]), path)
            if draft and not is_published:
                drafts[number] = draft
            return {"published": is_published}
        case "start" | "write":
            draft.write(request.get("data", b""))
            drafts[number] = draft
        case "delete":
            return {"deleted": not os.unlink(path)}
        case "durable":
            settle(path)
        case "verify":
            if not os.path.samestat(os.stat(location), os.stat(".")) or not os.stat(path or "."):
                raise FileNotFoundError("the repository is no longer there")
        case "mend" | "lease":
            return {"mended": False} if what == "mend" else {"lease": 1}
        case "drop" | "sweep" | "release" | "held" | "return":
            pass
        case _:
            raise Refused("this server does not know such a request")
    return {}

def enter(hello, location):
    """Goes to the repository, or to the place for one, and returns the answer to a hello."""
    want = hello.get("want", b"open")
    names = os.listdir(location) if os.path.isdir(location) else [location] if os.path.lexists(location) else []
    state = "repository" if "backshift" in names else "occupied" if names else "vacant"
    if want == b"make" and state != "vacant":
        raise FileExistsError("there is something already")
    if want == b"open" and state != "repository":
        raise FileNotFoundError("there is no repository")
    if hello.get("shared") or state == "repository" and os.stat(os.path.join(location, "backshift")).st_mode & 0o077:
        raise Refused("this server is for repositories of one user")
    if want == b"make" and not os.path.isdir(location):
        os.mkdir(location)
        settle(location)
    if want != b"look":
        os.chdir(location)
    return {"hello": "backshift-object", "version": 1, "location": location, "window": 64, "state": state,
            "exclusive": True, "ordered": True, "immediate": True}

def trouble(error, location):
    return {"trouble": KINDS.get(type(error), "broken"), "text": "%s: %s" % (location, error)}

def serve(location, requests, drafts):
    hello = next(requests, {})
    if hello["hello"] != b"backshift-object" or hello["version"] != 1:
        raise ValueError("this is not the hello of version 1")
    try:
        yield enter(hello, location)
    except OSError as error:
        yield trouble(error, location)
        return
    for request in requests:
        try:
            answer = do(request["do"].decode(), request, location, drafts)
        except OSError as error:
            answer = ANSWERS.get((request["do"], type(error))) or trouble(error, location)
        yield {"to": request["id"], **answer}

if __name__ == "__main__":
    os.umask(0o077)
    try:
        for answer in serve(os.path.abspath(sys.argv[1]), messages(), {}):
            sys.stdout.buffer.write(msgpack.packb(answer, unicode_errors="surrogateescape"))
            sys.stdout.flush()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, msgpack.UnpackException) as error:
        print("small_object_server.py: the client does not keep to the page: %r" % error, file=sys.stderr)
        sys.exit(65)
