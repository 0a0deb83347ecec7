#!/usr/bin/python3
"""Serve a directory to Backshift's programs by backshift-object(5), from which alone this was written.

    bs-init -r 'exec:python3 object_server.py /backups'
    bs-save -r 'exec:python3 object_server.py /backups' /home

A server for storage of another kind begins with a copy of this file. It needs Python 3.10 and Debian's python3-msgpack, does one request after the other,
and expects the directory on a disk of this machine: there it locks what local programs lock, so that these may work in the repository at the same time.

Exit status: 0 the client has ended; 64 called incorrectly; 65 the client does not keep to the page; others: the client has received the reason.
"""
import contextlib
import ctypes
import errno
import fcntl
import itertools
import os
import re
import stat
import sys
import time

import msgpack
from backshift_serving import DATA, FOLDER, MESSAGE, NAME, OBJECT, PATH

TEXT, PATHS, DRAFTS, HELD, DAY, RENAME_EXCHANGE = 4096, 1024, 64, 1024, 86400, 2
FIND = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
FOLDERS = b"tmp packs parity settings index condemned keys moved checks intents savesets expired tags".split()
LOCKS = {"alone": "backshift", "publishing": ".", "tidying": "index"}
KINDS = {errno.EACCES: "refused", errno.EPERM: "refused", errno.EROFS: "refused", errno.ELOOP: "damaged", errno.ENOTDIR: "damaged", errno.ENXIO: "damaged"}
STATUS = {"refused": 77, "damaged": 65, "missing": 66, "occupied": 73, "usage": 64}


class Trouble(Exception):
    def __init__(self, kind, subject, reason):
        text = "%s: %s" % (subject.decode(errors="backslashreplace"), reason)
        self.keys = {"trouble": kind, "text": text[:TEXT // 4], "reason": reason, "status": STATUS.get(kind, 74)}


class Request(dict):
    """A map from the client, whose values are looked at before they are used."""

    def get_one(self, key, kind, suits):
        value = self.get(key)
        if isinstance(value, str) and kind is bytes:
            value = os.fsencode(value)
        if not isinstance(value, kind) or isinstance(value, bool) or not suits(value):
            raise Trouble("usage", repr(value)[:80].encode(), "is no %s of a request to %s" % (key, self.get("do")))
        return value

    def number(self, key, limit=(1 << 63) - 1):
        return self.get_one(key, int, lambda value: 0 <= value <= limit)

    def path(self, form=OBJECT):
        return self.get_one("path", bytes, lambda value: len(value) <= PATH and form.fullmatch(value))

    def data(self):
        return self.get_one("data", bytes, lambda value: len(value) <= DATA)

    def word(self, key, words):
        return self.get_one(key, str, lambda value: value in words)


class Directory:
    def __init__(self, location, want, shared):
        self.location, self.drafts, self.held, self.leases, self.last_lease = location, {}, {}, {}, 0
        self.state = "repository" if os.path.lexists(self.shown(b"backshift")) else "vacant" if self.is_vacant() else "occupied"
        if want == "make" and self.state != "vacant":
            raise Trouble("occupied", location, "there is already a repository" if self.state == "repository" else "is not empty")
        if want == "make":
            os.makedirs(location, exist_ok=True)
        elif want == "open" and self.state != "repository":
            raise Trouble("missing", location, "there is no repository")
        self.root = -1 if want == "look" else os.open(location, os.O_RDONLY | os.O_DIRECTORY)
        mode = os.stat("backshift", dir_fd=self.root, follow_symlinks=False).st_mode if want == "open" else 0o660 if shared else 0o600
        self.file_mode = mode & 0o666
        self.folder_mode = self.file_mode | (self.file_mode & 0o444) >> 2 | (0o2000 if self.file_mode & 0o020 else 0)
        if want == "make":
            os.fchmod(self.root, self.folder_mode)
            tag = self.create(b"Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a Backshift repository; see backshift-repository(5).\n")
            self.name(tag, b"CACHEDIR.TAG")
            self.drop(tag)
            while location != os.path.dirname(location):
                location = os.path.dirname(os.path.abspath(location))
                with contextlib.suppress(PermissionError):
                    self.sync(os.open(location, os.O_RDONLY | os.O_DIRECTORY))

    def is_vacant(self):
        try:
            names = set(os.listdir(self.location)) - {b"tmp", b"lost+found"}
        except FileNotFoundError:
            return True
        except NotADirectoryError:
            return False
        # What was begun, and not finished, has the tag.
        return not names - ({b"CACHEDIR.TAG", b"keys", b"intents"} if b"CACHEDIR.TAG" in names else set())

    def shown(self, path):
        return os.path.join(self.location, path)

    def sync(self, descriptor):
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def folder(self, path, make=False):
        """A descriptor of a folder. One is opened after the other, so that no link is followed."""
        descriptor = os.dup(self.root)
        try:
            for name in filter(None, path.split(b"/")):
                with contextlib.suppress(FileExistsError):
                    if make:
                        os.mkdir(name, 0o700, dir_fd=descriptor)
                        os.chmod(name, self.folder_mode, dir_fd=descriptor)
                        os.fsync(descriptor)
                outer, descriptor = descriptor, os.open(name, FIND | os.O_DIRECTORY, dir_fd=descriptor)
                os.close(outer)
            yield descriptor
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def find(self, path):
        """A descriptor of an object and its status; None if there is none."""
        with contextlib.ExitStack() as stack:
            try:
                with self.folder(os.path.dirname(path)) as folder:
                    descriptor = os.open(os.path.basename(path), FIND, dir_fd=folder)
            except FileNotFoundError:
                yield None
                return
            stack.callback(os.close, descriptor)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Trouble("damaged", self.shown(path), "is not a regular file")
            yield descriptor, os.fstat(descriptor)

    def create(self, data=b""):
        """A draft: a descriptor, and a name in tmp. It is locked, or a program that sweeps could take it for one whose writer has ended."""
        name = os.urandom(16).hex()
        with self.folder(b"tmp", make=True) as tmp:
            draft = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=tmp), name
        try:
            os.fchmod(draft[0], self.file_mode)
            fcntl.flock(draft[0], fcntl.LOCK_EX)
            self.append(draft, data)
        except BaseException:
            self.drop(draft)
            raise
        return draft

    def append(self, draft, data):
        while data:
            data = data[os.write(draft[0], data):]

    def drop(self, draft):
        """Closes a draft, and removes it unless it has another name by now."""
        os.close(draft[0])
        with contextlib.suppress(FileNotFoundError), self.folder(b"tmp") as tmp:
            os.unlink(draft[1], dir_fd=tmp)

    def name(self, draft, path):
        """Gives a draft its name, once it is durable; false if the name is taken."""
        os.fsync(draft[0])
        with self.folder(b"tmp") as tmp, self.folder(os.path.dirname(path), make=True) as folder:
            try:
                os.link(draft[1], os.path.basename(path), src_dir_fd=tmp, dst_dir_fd=folder, follow_symlinks=False)
            except FileExistsError:
                return False
            os.unlink(draft[1], dir_fd=tmp)
            os.fsync(folder)
        return True

    def exchange(self, draft, path, status):
        """Gives a draft the name of an object, and that the name of the draft."""
        with contextlib.suppress(PermissionError):
            os.fchown(draft[0], status.st_uid, status.st_gid)
        os.utime(draft[0], ns=(status.st_mtime_ns, status.st_mtime_ns))
        os.fsync(draft[0])
        with self.folder(b"tmp") as tmp, self.folder(os.path.dirname(path)) as folder:
            done = ctypes.CDLL(None).renameat2(tmp, draft[1].encode(), folder, os.path.basename(path), RENAME_EXCHANGE) == 0
            os.fsync(folder)
        return done

    def take(self, request):
        """A draft that ends with this request, unless it is put back. After an error it has ended too: nothing is published of which a part may be missing."""
        draft = self.drafts.pop(request.number("draft"), None)
        if draft is None:
            raise Trouble("usage", self.location, "there is no draft %d" % request["draft"])
        return draft

    def finish(self, request, act, keep=None):
        """Does something with a draft, or with one of the data of the request. That it returns true ends the draft, or has it kept."""
        draft = self.take(request) if "draft" in request else self.create(request.data())
        try:
            done = act(draft)
        except BaseException:
            self.drop(draft)
            raise
        if done and keep:
            keep(draft)
        elif not done and "draft" in request and request["do"] != "mend":
            self.drafts[request["draft"]] = draft
        else:
            self.drop(draft)
        return done

    def below(self, folder, after, is_first=True):
        """The objects below a folder, in the order of their names, and what cannot be listed; all that comes after a path, given as the list of its parts."""
        try:
            with self.folder(folder) as descriptor:
                names = sorted(map(os.fsencode, os.listdir(descriptor)))
        except FileNotFoundError:
            return
        except OSError as error:
            if is_first:
                raise
            if folder.split(b"/") > after and not stat.S_ISREG(os.lstat(self.shown(folder)).st_mode):
                yield folder, self.trouble(error, folder)
            return
        for path in (folder + b"/" + name for name in names):
            if OBJECT.fullmatch(path):
                if path.split(b"/") > after:
                    yield path, None
            elif FOLDER.fullmatch(path) and path.split(b"/") >= after[:path.count(b"/") + 1]:
                yield from self.below(path, after, is_first=False)

    def list(self, request):
        paths, unlisted = [], []
        # It goes on after the last path of the answer before, so nothing need be remembered.
        for path, trouble in self.below(request.path(FOLDER), os.fsencode(request.get("after", b"")).split(b"/")):
            if trouble:
                unlisted.append({"path": path, **trouble.keys})
            else:
                paths.append(path)
            if len(paths) + len(unlisted) == PATHS:
                return {"paths": paths, "unlisted": unlisted, "after": path}
        return {"paths": paths, "unlisted": unlisted}

    def at_place(self, request):
        """The object that a client means that does not know any names yet; None if there is none."""
        folder, nth = request.path(re.compile(rb"keys|index|savesets")), request.number("nth")
        paths = [path for path, trouble in itertools.islice(self.below(folder, [b""]), PATHS) if not trouble]
        if folder == b"savesets":
            # The newest of each host: names may be hidden, so that their order says nothing.
            hosts = [list(group) for _, group in itertools.groupby(paths, os.path.dirname)]
            paths = [max(group, key=lambda path: os.stat(path, dir_fd=self.root, follow_symlinks=False).st_mtime_ns) for group in hosts]
        return paths[nth] if nth < len(paths) else None

    def sweep(self):
        with self.folder(b"tmp") as tmp:
            for name in filter(re.compile(NAME).fullmatch, map(os.fsencode, os.listdir(tmp))):
                with self.find(b"tmp/" + name) as found:
                    if found and found[1].st_mtime < time.time() - DAY and self.try_lock(found[0], fcntl.LOCK_EX):
                        os.unlink(name, dir_fd=tmp)

    def is_in_place(self, request):
        with contextlib.suppress(FileNotFoundError):
            path = self.shown(request.path()) if "path" in request else self.location
            return os.path.samestat(os.stat(self.location), os.fstat(self.root)) and os.path.lexists(path)

    @staticmethod
    def try_lock(descriptor, how):
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def lease(self, kind):
        try:
            descriptor = os.open(LOCKS[kind], FIND, dir_fd=self.root)
        except FileNotFoundError:
            descriptor = os.open(os.devnull, os.O_RDONLY)
        if len(self.leases) == HELD or not self.try_lock(descriptor, fcntl.LOCK_EX):
            os.close(descriptor)
            return {}
        self.last_lease += 1
        self.leases[self.last_lease] = descriptor
        return {"lease": self.last_lease}

    def trouble(self, error, path):
        return Trouble(KINDS.get(error.errno, "broken"), self.shown(path), error.strerror)

    def do(self, request):
        match request["do"]:
            case "open" if request.get("nth") is not None:
                path = self.at_place(request)
                answer = self.do(Request({**request, "path": path, "nth": None})) if path else {"gone": True}
                return {"path": path, **answer} if "length" in answer else answer
            case "open" | "read":
                most, at = request.number("most", DATA), 0
                with self.find(request.path()) as found:
                    if not found:
                        return {"gone": True}
                    descriptor, status = found
                    if request["do"] == "read":
                        at = min(request.number("at"), status.st_size)
                        return {"data": os.pread(descriptor, most, at)}
                    if request.word("end", ("head", "tail")) == "tail":
                        at = max(status.st_size - most, 0)
                    received = msgpack.Timestamp.from_unix_nano(status.st_mtime_ns)
                    return {"length": status.st_size, "received": received, "data": os.pread(descriptor, most, at)}
            case "exists":
                try:
                    with self.folder(os.path.dirname(request.path())) as folder:
                        os.stat(os.path.basename(request.path()), dir_fd=folder, follow_symlinks=False)
                    return {"there": True}
                except OSError as error:
                    return {"there": False} if error.errno == errno.ENOENT else {}
            case "list":
                return self.list(request)
            case "time":
                draft = self.create(b"x")
                now = os.fstat(draft[0]).st_mtime_ns
                self.drop(draft)
                return {"time": msgpack.Timestamp.from_unix_nano(now)}
            case "put" | "publish":
                path = request.path()
                return {"published": self.finish(request, lambda draft: self.name(draft, path))}
            case "hold":
                path = request.path()
                if len(self.held) == HELD:
                    raise Trouble("usage", self.location, "%d objects are held already" % HELD)
                return {"published": self.finish(request, lambda draft: self.name(draft, path), lambda draft: self.held.update({path: draft[0]}))}
            case "mend":
                with self.find(request.path()) as found:
                    return {"mended": self.finish(request, lambda draft: bool(found) and self.exchange(draft, request.path(), found[1]))}
            case "start":
                number = request.number("draft")
                if request.get("path") not in (b"backshift", "backshift"):
                    request.path(FOLDER)
                if number in self.drafts or len(self.drafts) == DRAFTS:
                    raise Trouble("usage", self.location, "there is a draft %d already, or there are %d" % (number, DRAFTS))
                self.drafts[number] = self.create()
            case "write":
                data = request.data()
                self.finish(request, lambda draft: self.append(draft, data))
            case "drop":
                self.drop(self.take(request))
            case "delete":
                try:
                    with self.folder(os.path.dirname(request.path())) as folder:
                        os.unlink(os.path.basename(request.path()), dir_fd=folder)
                except OSError as error:
                    if error.errno != errno.ENOENT and KINDS.get(error.errno) != "refused":
                        raise
                    return {"deleted": error.errno == errno.ENOENT}
                return {"deleted": True}
            case "durable":
                path = os.path.dirname(request.path())
                for name in (path, os.path.dirname(path)):
                    with self.folder(name) as folder:
                        os.fsync(folder)
            case "prepare":
                for name in FOLDERS:
                    with contextlib.suppress(FileNotFoundError), self.folder(name):
                        pass
            case "sweep":
                self.sweep()
            case "verify":
                if not self.is_in_place(request):
                    raise Trouble("elsewhere", self.location, "is no longer the repository that was opened there")
            case "release":
                descriptor = self.held.pop(request.path(), None)
                if descriptor is not None:
                    os.close(descriptor)
            case "held":
                with self.find(request.path()) as found:
                    # A shared lock, so that two that ask at once do not take each other for the holder.
                    return {"held": not self.try_lock(found[0], fcntl.LOCK_SH)} if found else {}
            case "lease":
                return self.lease(request.word("kind", LOCKS))
            case "return":
                descriptor = self.leases.pop(request.number("lease"), None)
                if descriptor is not None:
                    os.close(descriptor)
            case _:
                raise Trouble("refused", self.location, "this server does not know such a request")
        return {}

    def answer(self, request):
        try:
            return self.do(request)
        except Trouble as trouble:
            return trouble.keys
        except OSError as error:
            return self.trouble(error, request["path"] if isinstance(request.get("path"), bytes) else b"").keys

    def end(self):
        for draft in self.drafts.values():
            self.drop(draft)


def messages():
    """The maps on standard input, each within the bounds of the page."""
    unpacker = msgpack.Unpacker(unicode_errors="surrogateescape", max_buffer_size=2 * MESSAGE, max_bin_len=DATA, max_str_len=DATA, max_map_len=1024)
    received, begun = 0, 0
    while piece := os.read(0, 1 << 16):
        received += len(piece)
        unpacker.feed(piece)
        for message in unpacker:
            if not isinstance(message, dict) or unpacker.tell() - begun > MESSAGE:
                raise ValueError("is no map, or too long")
            begun = unpacker.tell()
            yield Request(message)
        if received - begun > MESSAGE:
            raise ValueError("is too long")
    if received != begun:
        raise ValueError("is cut off")


def machine():
    """What local programs call this machine and the time since it was started; nothing where the system does not say."""
    try:
        with open("/etc/machine-id", encoding="ascii") as file, open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot:
            return {"machine": "%s %s" % (file.readline().strip(), os.uname().nodename), "boot": boot.readline().strip()}
    except (OSError, ValueError):
        return {}


def serve(location):
    output = open(1, "wb", closefd=False)

    def send(answer):
        output.write(msgpack.packb(answer))
        output.flush()

    requests = messages()
    hello = next(requests, None)
    if hello is None:
        return 0
    if hello.get("hello") != "backshift-object" or hello.get("version") != 1 or hello.get("want", "open") not in ("open", "make", "look"):
        raise ValueError("is not the hello of version 1")
    want = hello.get("want", "open")
    try:
        directory = Directory(location, want, hello.get("shared", False))
    except (Trouble, OSError) as error:
        keys = (error if isinstance(error, Trouble) else Trouble(KINDS.get(error.errno, "broken"), location, error.strerror)).keys
        send(keys)
        return keys["status"]
    state = {"state": directory.state} if want == "look" else {}
    mine = {"hello": "backshift-object", "version": 1, "location": location, "window": 64}
    # One request is done after the other, so those that are to be ordered are.
    send({**mine, "exclusive": True, "ordered": True, "immediate": True, **machine(), **state})
    try:
        for request in requests if want != "look" else ():
            if list(request)[:2] != ["do", "id"] or not isinstance(request["do"], str) or type(request["id"]) is not int or not 0 <= request["id"] < 1 << 63:
                raise ValueError("does not begin with do and id")
            send({"to": request["id"], **directory.answer(request)})
    finally:
        directory.end()
    return 0


def main():
    if len(sys.argv) != 2:
        print("usage: object_server.py DIRECTORY", file=sys.stderr)
        return 64
    try:
        return serve(os.fsencode(sys.argv[1]))
    except BrokenPipeError:
        return 0
    except (ValueError, msgpack.UnpackException) as error:
        print("object_server.py: a message from the client %s" % error, file=sys.stderr)
        return 65


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
