#!/usr/bin/python3
"""hostile-client.py DIRECTORY [CLIENT...]

Clients of bs-serve that do not keep to backshift-object(5), one after the other. The server must answer, or end with status 65 and a
line; it must not write anywhere else, nor take more than 64 MB of memory.
"""
import msgpack
import os
import random
import signal
import subprocess
import sys
import threading
import time

DIRECTORY = sys.argv[1]
NAME = b"5f" + b"0" * 30
PACK, RUN = b"packs/5f/" + NAME, b"index/" + NAME
MIB = 1 << 20
LIMIT_KB = 64 << 10
HELLO = {"hello": "backshift-object", "version": 1}


class Server:
    def __init__(self, hello=HELLO, options=(), greet=True, before=None):
        self.process = subprocess.Popen(["bs-serve", *options, DIRECTORY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        preexec_fn=before)
        self.answers = msgpack.Unpacker(max_buffer_size=1 << 30)
        self.last, self.peak = 0, 0
        # Or one that hangs would be waited for for ever.
        self.guard = threading.Timer(60, self.process.kill)
        self.guard.start()
        if greet:
            self.send(hello)
            assert self.receive()["window"] == 64

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        self.raw(msgpack.packb(message))

    def start(self, verb, **keys):
        self.last += 1
        self.send({"do": verb, "id": self.last, **keys})

    def receive(self):
        while True:
            for answer in self.answers:
                return answer
            data = self.process.stdout.read1(1 << 16)
            if not data:
                return None
            self.answers.feed(data)

    def ask(self, verb, **keys):
        self.start(verb, **keys)
        answer = self.receive()
        assert answer is not None and answer["to"] == self.last, (verb, answer)
        return answer

    def weigh(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM"):
                    self.peak = max(self.peak, int(line.split()[1]))

    def end(self, status=0, said=None):
        """Ends the requests; the server must end by itself, with this status, and say so once."""
        self.weigh() if self.process.poll() is None else None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        rest = self.process.stdout.read()
        error = self.process.stderr.read().decode(errors="replace")
        found = self.process.wait()
        self.guard.cancel()
        assert found == status, "status %d, expected %d: %s" % (found, status, error)
        lines = [line for line in error.splitlines() if ": hint: " not in line]
        assert len(lines) == (1 if status else 0) and all(line.startswith("bs-serve: ") for line in lines), error
        assert said is None or said in error, error
        assert self.peak < LIMIT_KB, "%d KB of memory" % self.peak
        return rest


def no_hello():
    for data, said in ((b"GET / HTTP/1.0\r\n\r\n", "does not begin"), (b"\x80", "does not begin"), (b"\x81\xa5hello", "does not begin"),
                       (b"\xdf\xff\xff\xff\xff", ""),
                       (msgpack.packb({**HELLO, "version": 2}), "version 2"), (msgpack.packb({**HELLO, "want": "all"}), "does not begin"),
                       (msgpack.packb([1]), "does not begin"), (random.Random(1).randbytes(100000), "")):
        server = Server(greet=False)
        try:
            server.raw(data)
        except BrokenPipeError:
            pass
        server.end(65, said)
    server = Server(greet=False)
    server.end(0)


def malformed():
    good = msgpack.packb({"do": "exists", "id": 1, "path": RUN})
    deep = {"do": "time", "id": 1, "x": None}
    for _ in range(20):
        deep["x"] = [deep["x"]]
    for data, said in ((good[:-1], "cut off"), (b"\xc1", ""), (b"\x93\x01\x02\x03", "not a map"), (b"\xa5hello", ""), (b"\xc6\x7f\xff\xff\xff", ""),
                       (b"\x83\xa2do\xa3put\xa2id\x01\xa4data\xc6\x00\x20\x00\x01" + b"a" * (2 * MIB + 1), ""), (msgpack.packb(deep), "deeper"),
                       (msgpack.packb({"id": 1, "do": "time"}), "first key"), (msgpack.packb({"do": "time"}), "no id"),
                       (msgpack.packb({"do": "time", "id": -1}), "id"), (msgpack.packb({"do": "time", "id": "x"}), "id"),
                       (msgpack.packb({"do": "put", "id": 1, "path": 7, "data": b""}), "path"),
                       (msgpack.packb({"do": "put", "id": 1, "path": RUN, "data": 7}), "data"),
                       (msgpack.packb({"do": "put", "id": 1, "path": b"a" * 2000, "data": b""}), "path"),
                       (msgpack.packb({"do": "put", "id": 1, "path": RUN, "data": b"a" * (MIB + 1)}), "data"),
                       (msgpack.packb({"do": "open", "id": 1, "path": RUN, "end": "head", "most": MIB + 1}), "most"),
                       (msgpack.packb({"do": "x" * 300, "id": 1}), ""),
                       (msgpack.packb({"do": "time", "id": 1, **{"x%d" % n: 1 for n in range(2000)}}), "")):
        server = Server()
        try:
            server.raw(data)
        except BrokenPipeError:
            pass
        server.end(65, said)


def paths():
    server = Server()
    for path in (b"", b"/", b".", b"..", b"../x", b"packs/../../x", b"/etc/passwd", b"packs", b"packs/5f", b"packs/5f/../" + NAME,
                 b"packs/5f/" + NAME + b"\0",
                 b"index/" + NAME + b"/x", b"index//" + NAME, b"index/./" + NAME, b"tmp/" + NAME, b"CACHEDIR.TAG", b"savesets/../../x/20261123T090405Z",
                 b"savesets/./20261123T090405Z", b"savesets/a\0b/20261123T090405Z", b"savesets/%2F/20261123T090405Z/x", b"savesets/.x/20261123T090405Z",
                 b"packs/00/" + NAME, b"INDEX/" + NAME, b"index/" + NAME.upper(), b"\xff\xfe", b"a" * 1024, b"backshift/x", b"backshift\0",
                 b"intents/" + NAME + b"~0"):
        for verb, keys in (("put", {"data": b"x"}), ("hold", {"data": b"x"}), ("open", {"end": "head", "most": 1}), ("read", {"at": 0, "most": 1}),
                           ("exists", {}), ("delete", {}), ("durable", {}), ("release", {}), ("held", {}), ("start", {"draft": 1}), ("list", {})):
            if verb in ("start", "list") and path in (b"packs", b"packs/5f"):
                continue
            answer = server.ask(verb, path=path, **keys)
            assert answer.get("trouble") in ("usage", "refused"), (verb, path, answer)
        if path:
            assert server.ask("verify", path=path).get("trouble") in ("usage", "refused"), path
        if path not in (b"packs", b"packs/5f"):
            assert server.ask("start", draft=1, path=b"index") == {"to": server.last}
            assert server.ask("publish", draft=1, path=path).get("trouble") in ("usage", "refused"), path
            assert server.ask("mend", draft=1, path=path).get("trouble") in ("usage", "refused"), path
            server.ask("drop", draft=1)
    # The longest name that a path may have, and the system may not.
    for _ in range(2):
        assert "trouble" in server.ask("put", path=b"savesets/" + b"h" * 990 + b"/20261123T090405Z", data=b"x")
    server.end()


def drafts():
    server = Server()
    for verb, keys in (("write", {"data": b"x"}), ("publish", {"path": RUN}), ("mend", {"path": RUN}), ("hold", {"path": RUN}), ("drop", {})):
        server.ask(verb, draft=7, **keys)
    assert server.ask("write", draft=7, data=b"x")["trouble"] == "usage"
    assert server.ask("start", draft=7, path=b"index") == {"to": server.last}
    assert server.ask("start", draft=7, path=b"index")["trouble"] == "usage"
    for number in range(1000, 2000):
        server.ask("start", draft=number, path=b"packs")
    assert len(os.listdir(DIRECTORY + "/tmp")) <= 64, "%d drafts" % len(os.listdir(DIRECTORY + "/tmp"))
    assert server.ask("dance")["trouble"] == "refused"
    assert server.ask("")["trouble"] == "refused"
    for number in range(1 << 62, (1 << 62) + 300):
        server.ask("return", lease=number)
        server.ask("release", path=b"intents/" + NAME + b"~%d" % (number >> 20))
    for _ in range(3000):
        server.ask("lease", kind="alone")
    server.end()
    assert not os.listdir(DIRECTORY + "/tmp"), "drafts are left"


def holds():
    """More than may be open at once, and than a client may hold."""
    import resource
    for limit in (100, 1000000):
        server = Server(before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2))
        answers = [server.ask("hold", path=b"intents/" + NAME + b"~%d" % number, data=b"x") for number in range(1, 1300)]
        assert any("trouble" in answer for answer in answers)
        assert server.ask("exists", path=b"backshift")["there"]
        for number in range(1, 1300):
            server.ask("delete", path=b"intents/" + NAME + b"~%d" % number)
        server.end()


def listings():
    server = Server()
    for number in range(300):
        os.makedirs(DIRECTORY + "/savesets/host%d" % number, exist_ok=True)
    for number in range(2100):
        with open(DIRECTORY + "/index/%032x" % number, "wb"):
            pass
    words = [server.ask("list", path=b"index")["after"] for _ in range(200)]
    assert server.ask("list", path=b"index", after=words[0])["trouble"] == "broken"
    assert server.ask("list", path=b"index", after=b"nonsense")["trouble"] == "broken"
    assert len(server.ask("list", path=b"index", after=words[-1])["paths"]) > 0
    server.end()
    for number in range(2100):
        os.unlink(DIRECTORY + "/index/%032x" % number)


def unlisted():
    """Folders that cannot be listed: their answers are within the bounds too, and none is passed over."""
    for number in range(5000):
        os.symlink("/", DIRECTORY + "/savesets/%s%d" % ("h" * 200, number))
    server = Server()
    found, after = set(), None
    while True:
        answer = server.ask("list", path=b"savesets", **({"after": after} if after else {}))
        assert len(msgpack.packb(answer)) <= 2 * MIB and len(answer["paths"]) <= 4096, len(msgpack.packb(answer))
        found.update(one["path"] for one in answer.get("unlisted", ()))
        after = answer.get("after")
        if after is None:
            break
    server.end()
    for number in range(5000):
        os.unlink(DIRECTORY + "/savesets/%s%d" % ("h" * 200, number))
    assert len(found) == 5000, len(found)


def too_much():
    """More under way than the window and the bound of 16 MiB allow: the memory stays bounded."""
    for verb, keys in (("put", {"path": RUN, "data": b"a" * MIB}), ("hold", {"path": b"intents/" + NAME + b"~1", "data": b"a" * MIB}),
                       ("open", {"path": b"index/" + b"1" * 32, "end": "head", "most": MIB})):
        with open(DIRECTORY + "/index/" + "1" * 32, "wb") as file:
            file.write(b"x" * MIB)
        server = Server()
        data = msgpack.packb({"do": verb, "id": 1, **keys})
        reader = threading.Thread(target=lambda one=server: [None for _ in iter(lambda: one.process.stdout.read1(1 << 20), b"")])
        reader.start()
        for _ in range(500):
            server.raw(data)
        server.weigh()
        server.process.stdin.close()
        reader.join()
        server.end()
        os.unlink(DIRECTORY + "/index/" + "1" * 32)


def busy_draft():
    """Writes that come while the draft is being published wait somewhere."""
    server = Server()
    reader = threading.Thread(target=lambda: [None for _ in iter(lambda: server.process.stdout.read1(1 << 20), b"")])
    reader.start()
    data = msgpack.packb({"do": "write", "id": 1, "draft": 1, "data": b"a" * MIB})
    server.start("start", draft=1, path=b"packs")
    for _ in range(300):
        server.raw(data)
    for _ in range(20):
        server.start("publish", draft=1, path=RUN[:-1] + b"0")
        for _ in range(30):
            server.raw(data)
    server.weigh()
    server.process.stdin.close()
    reader.join()
    server.end()


def large_holds():
    """Long drafts that are held or mended go through memory: one at a time."""
    with open(DIRECTORY + "/index/" + "2" * 32, "wb") as file:
        file.write(b"x")
    server = Server()
    reader = threading.Thread(target=lambda: [None for _ in iter(lambda: server.process.stdout.read1(1 << 20), b"")])
    reader.start()
    for draft in range(8):
        server.start("start", draft=draft, path=b"index")
        data = msgpack.packb({"do": "write", "id": 1, "draft": draft, "data": b"a" * MIB})
        for _ in range(40):
            server.raw(data)
    for draft in range(8):
        server.start("mend", draft=draft, path=b"index/" + b"2" * 32)
    server.process.stdin.close()
    reader.join()
    for _ in range(3):
        server.weigh() if server.process.poll() is None else None
    server.end()
    os.unlink(DIRECTORY + "/index/" + "2" * 32)


def never_reads():
    """It waits for its client, and ends with it."""
    server = Server()
    data = msgpack.packb({"do": "open", "id": 1, "path": b"backshift", "end": "head", "most": MIB})
    os.set_blocking(server.process.stdin.fileno(), False)
    sent, until = 0, time.monotonic() + 3
    while time.monotonic() < until:
        try:
            sent += os.write(server.process.stdin.fileno(), data)
        except BlockingIOError:
            time.sleep(0.05)
    server.weigh()
    assert server.peak < LIMIT_KB, server.peak
    assert server.process.poll() is None
    # The client is killed: both ends are closed.
    server.process.stdout.close()
    os.close(os.dup(server.process.stdin.fileno()))
    server.process.stdin.close()
    server.process.wait(20)
    server.guard.cancel()


def deaf():
    """A client that has closed its end for answers cannot be reached any more: nothing more is written for it."""
    server = Server()
    server.process.stdout.close()
    done = 0
    try:
        for number in range(2000):
            server.start("put", path=b"index/%032x" % number, data=b"x")
            done = number
            time.sleep(0.001)
    except BrokenPipeError:
        pass
    try:
        server.process.stdin.close()
    except BrokenPipeError:
        pass
    server.process.wait(30)
    server.guard.cancel()
    written = len(os.listdir(DIRECTORY + "/index"))
    for number in range(2000):
        if os.path.exists(DIRECTORY + "/index/%032x" % number):
            os.unlink(DIRECTORY + "/index/%032x" % number)
    assert written < 200, "%d of %d requests were done for a client that is gone" % (written, done)


def main():
    for folder in ("index", "tmp", "savesets"):
        os.makedirs(os.path.join(DIRECTORY, folder), exist_ok=True)
    names = sys.argv[2:] or ["no_hello", "malformed", "paths", "drafts", "holds", "listings", "unlisted",
                              "too_much", "busy_draft", "large_holds", "never_reads", "deaf"]
    failed = []
    for name in names:
        try:
            globals()[name]()
            print("ok", name)
        except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
            failed.append(name)
            print("not ok", name, type(error).__name__, str(error)[:500])
        sys.stdout.flush()
    sys.exit(1 if failed else 0)


signal.signal(signal.SIGPIPE, signal.SIG_IGN)
main()
