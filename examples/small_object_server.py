#!/usr/bin/python3
"""Serve a directory to Backshift's programs by backshift-object(5): -r 'exec:small_object_server.py /backups'

It leaves out what the page does not require: locks (a save that was killed counts as alive for a day), mending, groups, listings of a part, care for
links; object_server.py has these. Forms of paths and durable files are in backshift_serving.py. It needs python3-msgpack, a local disk and O_TMPFILE.
"""
import heapq, itertools, os, sys  # noqa: E401
import msgpack
from backshift_serving import DATA, FOLDER, KINDS, OBJECT, Refused, below, create, messages, publish, settle, time_of, verify

ANSWERS = {(b"open", FileNotFoundError): {"gone": True}, (b"read", FileNotFoundError): {"gone": True}, (b"exists", FileNotFoundError): {"there": False},
           (b"delete", FileNotFoundError): {"deleted": True}, (b"delete", PermissionError): {"deleted": False}}
PATHS = 1024

def do(what, request, location, drafts):
    path, number = request.get("path"), request.get("draft")
    if path is not None:
        verify(path, FOLDER if what == "list" or what == "start" and path != b"backshift" else OBJECT)
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
    names = os.listdir(location) if os.path.isdir(location) else [location] * os.path.lexists(location)
    state = "repository" if "backshift" in names else "occupied" if names else "vacant"
    if want != b"look" and state != ("vacant" if want == b"make" else "repository"):
        raise (FileExistsError if want == b"make" else FileNotFoundError)("the place is %s" % state)
    if hello.get("shared") or state == "repository" and os.stat(os.path.join(location, "backshift")).st_mode & 0o077:
        raise Refused("this server is for repositories of one user")
    if want == b"make" and not os.path.isdir(location):
        os.mkdir(location)
        settle(location)
    if want != b"look":
        os.chdir(location)
    return {"hello": "backshift-object", "version": 1, "location": location, "window": 64, "state": state,
            "exclusive": True, "ordered": True, "immediate": True}

def answers(location):
    requests, drafts = messages(), {}
    hello = next(requests, {})
    if hello["hello"] != b"backshift-object" or hello["version"] != 1:
        raise ValueError("this is not the hello of version 1")
    for request in itertools.chain([None], requests):
        try:
            answer = enter(hello, location) if request is None else do(request["do"].decode(), request, location, drafts)
        except OSError as error:
            answer = {"trouble": KINDS.get(type(error), "broken"), "text": "%s: %s" % (location, error)}
            answer = ANSWERS.get((request and request["do"], type(error)), answer)
        yield answer if request is None else {"to": request["id"], **answer}
        if request is None and "trouble" in answer:
            return

if __name__ == "__main__":
    os.umask(0o077)
    try:
        for answer in answers(os.path.abspath(sys.argv[1])):
            sys.stdout.buffer.write(msgpack.packb(answer, unicode_errors="surrogateescape"))
            sys.stdout.flush()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, msgpack.UnpackException) as error:
        print("small_object_server.py: the client does not keep to the page: %r" % error, file=sys.stderr)
        sys.exit(65)
