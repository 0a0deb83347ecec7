#!/usr/bin/python3
"""hostile-server.py LIE DIRECTORY

A server of objects that lies: the one of examples/, but for what LIE says. `hostile-server.py --list` lists the lies.
"""
import os
import random
import sys
import time

import msgpack

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples"))
import object_server  # noqa: E402 (it is there)

MIB = 1 << 20
ESCAPE = "\x1b]0;title\x07\x1b[2J\r\n\x9b31m"
NAME = b"0" * 32
HELLO = {"hello": "backshift-object", "version": 1, "location": b"/there", "window": 64}


def noise(length):
    """The same each time: one in a hundred begins like a long message, whose rest would be waited for."""
    return random.Random(length).randbytes(length)


def changed(*verbs, **keys):
    """Answers to these requests get other values; None takes a key away."""
    def lie(request, answer):
        if request["do"] in verbs and "trouble" not in answer:
            for key, value in keys.items():
                value = value(request, answer) if callable(value) else value
                answer.pop(key, None)
                if value is not None:
                    answer[key] = value
        return answer
    return lie


def trouble(kind, *verbs, status=74, **keys):
    return lambda request, answer: {"trouble": kind, "text": "/there: " + ESCAPE, "status": status, **keys} if request["do"] in verbs else answer


def data(make):
    return changed("open", "read", data=lambda request, answer: make(answer["data"], request["most"]) if "data" in answer else None)


def placed(make):
    """Objects that were opened by their places are called something else."""
    return lambda request, answer: changed("open", path=make(answer["path"]))(request, answer) if "nth" in request and "path" in answer else answer


def swap(answer, last=[]):  # noqa: B006 (it is remembered from call to call)
    """The bytes of one object are given out as those of the one that was opened by its place before."""
    if "data" in answer:
        last.append({key: answer[key] for key in ("length", "received", "data")})
        answer.update(last[-2] if len(last) > 1 else {})
    return answer


def listed(make):
    return changed("list", paths=lambda request, answer: make(request, answer["paths"]))


ELSEWHERE = [b"../../../etc/passwd", b"/etc/passwd", b"packs/../backshift", b"savesets/../../x/20260101T000000Z", b"backshift", b"", b"\x1b[2J",
             b"savesets/" + b"h" * 1000, b"index/" + NAME, b"packs/00/" + NAME, b"intents/" + NAME + b"~1", b"savesets/a/20260101T000000Z", b"keys/" + NAME]
# What is sent in place of a hello.
HELLOS = {
    "hello-text": b"Last login: yesterday\n", "hello-empty-map": b"\x80", "hello-array": msgpack.packb([1, 2]), "hello-cut": msgpack.packb(HELLO)[:-4],
    "hello-huge": b"\x81\xa5hello\xc6\xff\xff\xff\xff" + b"x" * 100, "hello-long": b"\x81\xa5hello\xc6\x00\x40\x00\x00" + b"x" * (4 * MIB),
    "hello-window-0": msgpack.packb({**HELLO, "window": 0}), "hello-window-huge": msgpack.packb({**HELLO, "window": 1 << 40}),
    "hello-window-negative": msgpack.packb({**HELLO, "window": -1}), "hello-version-2": msgpack.packb({**HELLO, "version": 2}),
    "hello-types": msgpack.packb({**HELLO, "exclusive": "yes", "machine": 5}), "hello-notes": msgpack.packb({**HELLO, "notes": [ESCAPE] * 100000}),
    "hello-trouble": msgpack.packb({"trouble": ESCAPE, "text": ESCAPE, "hint": ESCAPE, "status": 0}),
    "hello-trouble-bare": msgpack.packb({"trouble": "missing"}),
    "hello-trouble-status": msgpack.packb({"trouble": "broken", "text": "a: b", "status": 70}),
    "hello-trouble-long": msgpack.packb({"trouble": "broken", "text": "a" * 5000, "status": 74}),
    "hello-request": msgpack.packb({"do": "time", "id": 1}), "hello-and-garbage": msgpack.packb(HELLO) + b"\xc1\xc1\xc1",
    "hello-and-end": msgpack.packb(HELLO),
    "hello-and-answers": msgpack.packb(HELLO) + b"".join(msgpack.packb({"to": n, "gone": True}) for n in range(1, 100)),
    "hello-and-text": msgpack.packb(HELLO) + b"Segmentation fault\n",
}
LIES = {
    "length-0": changed("open", length=0), "length-more": changed("open", length=lambda _, answer: answer["length"] + 4096 if "length" in answer else None),
    "length-less": changed("open", length=lambda _, answer: answer["length"] // 2 if "length" in answer else None),
    "length-huge": changed("open", length=lambda _, answer: (1 << 63) - 1 if "length" in answer else None), "length-none": changed("open", length=None),
    "length-text": changed("open", length="5"),
    "received-none": changed("open", received=None),
    "received-far": changed("open", "time", received=msgpack.Timestamp(1 << 62, 0), time=msgpack.Timestamp(1 << 62, 0)),
    "received-before": changed("open", received=msgpack.Timestamp(-(1 << 62), 999999999)),
    "received-least": changed("open", received=msgpack.Timestamp(-(1 << 63), 0)),
    "time-least": changed("time", time=msgpack.Timestamp(-(1 << 63), 0)), "time-most": changed("time", time=msgpack.Timestamp((1 << 63) - 1, 0)),
    "time-none": changed("time", time=None),
    "data-more": data(lambda found, most: found + b"x" * (min(most + 1, MIB) - len(found))),
    "data-one-more": data(lambda found, most: (found + b"x" * MIB)[:min(most + 1, MIB)]),
    "data-less": data(lambda found, most: found[:-1]), "data-none": changed("open", "read", data=None), "data-empty": data(lambda found, most: b""),
    "data-other": data(lambda found, most: noise(len(found))), "data-text": data(lambda found, most: "x"), "data-number": data(lambda found, most: 5),
    "data-zeros": data(lambda found, most: bytes(len(found))),
    "gone": lambda request, answer: {"gone": True} if request["do"] == "open" and request["path"] != b"backshift" else answer,
    "gone-later": lambda request, answer: {"gone": True} if request["do"] == "read" else answer,
    "gone-and-not": changed("open", "read", gone=True), "nothing": lambda request, answer: {},
    "said-nothing": changed("exists", "held", "put", "publish", "hold", "mend", "delete", there=None, held=None, published=None, mended=None, deleted=None),
    "said-text": changed("exists", "put", "publish", "hold", there="yes", published="yes"),
    "said-otherwise": changed("put", "publish", "hold", published=False),
    "said-of-others": changed("put", "publish", "hold", published=None, there=True, held=True),
    "never-published": lambda request, answer: {"published": True} if request["do"] in ("put", "publish", "hold") else answer,
    "list-elsewhere": listed(lambda request, paths: ELSEWHERE + paths), "list-twice": listed(lambda request, paths: paths * 3),
    "list-number": listed(lambda request, paths: [1, 2]), "list-map": listed(lambda request, paths: {}), "list-none": changed("list", paths=None),
    "list-long-after": changed("list", after=b"a" * 5000), "list-too-many": listed(lambda request, paths: [b"index/" + NAME] * 5000),
    "list-of-others": listed(lambda request, paths: [b"savesets/h%d/20260101T000000Z" % n for n in range(2000)] + paths),
    "list-unlisted": changed("list", unlisted=[{"path": b"savesets/\x1b[2J\n", "trouble": ESCAPE, "text": ESCAPE, "reason": ESCAPE, "hint": ESCAPE,
    "status": 0}]),
    "list-unlisted-bare": changed("list", unlisted=[{}]), "list-unlisted-text": changed("list", unlisted="x"),
    "lease-none": changed("lease", lease=None), "lease-text": changed("lease", lease="x"),
    "trouble-open": trouble("broken", "open"), "trouble-read": trouble("broken", "read", reason=ESCAPE, hint=ESCAPE),
    "trouble-list": trouble("damaged", "list", status=0),
    "trouble-all": trouble("tired", "open", "read", "list", "put", "publish", "start", "hold", "time", status=255),
    "trouble-write": trouble("broken", "write", status=3), "trouble-publish": trouble("refused", "publish", "put", status=77),
    "trouble-usage": trouble("usage", "open", "list", "start", "put", status=64), "trouble-missing": trouble("missing", "open", status=66),
    "trouble-bare": lambda request, answer: {"trouble": "broken"} if request["do"] == "open" else answer,
    "trouble-without-kind": lambda request, answer: {"text": ESCAPE} if request["do"] == "list" else answer,
    "trouble-number": lambda request, answer: {"trouble": 5, "text": 7} if request["do"] == "list" else answer,
    "place-elsewhere": placed(lambda path: b"../" + path), "place-other": placed(lambda path: path[:-1] + b"0"), "place-none": placed(lambda path: None),
    "place-swapped": lambda request, answer: swap(answer) if "nth" in request else answer,
    "place-gone": lambda request, answer: {"gone": True} if "nth" in request else answer,
    "place-trouble": lambda request, answer: {"trouble": "broken", "text": ESCAPE} if "nth" in request else answer,
    "place-data": lambda request, answer: {**answer, "data": noise(len(answer["data"]))} if "nth" in request and "data" in answer else answer,
    "place-length": lambda request, answer: {**answer, "length": 17} if "nth" in request else answer,
    "large": changed("open", "list", "time", "put", x=b"x" * (2 * MIB)), "deep": changed("open", "list", "time", "put", x=eval("[" * 60 + "]" * 60)),
}
# What happens to the bytes of an answer.
BYTES = {
    "to-none": lambda answer: msgpack.packb({**answer, "to": answer["to"] + 1000}), "to-twice": lambda answer: 2 * msgpack.packb(answer),
    "to-text": lambda answer: msgpack.packb({**answer, "to": "1"}), "to-negative": lambda answer: msgpack.packb({**answer, "to": -1}),
    "no-to": lambda answer: msgpack.packb({key: value for key, value in answer.items() if key != "to"}),
    "garbage": lambda answer: msgpack.packb(answer)[:-1] + b"\xc1", "array": lambda answer: msgpack.packb([answer]), "nil": lambda answer: b"\xc0",
    "random": lambda answer: noise(1000), "text": lambda answer: ESCAPE.encode(), "zeros": lambda answer: bytes(1000),
    "cut": lambda answer: msgpack.packb(answer)[:-1] if answer["to"] > 2 else msgpack.packb(answer),
}


class Lying(object_server.Directory):
    lie = None

    def answer(self, request):
        return self.lie(request, super().answer(request))


def main():
    if sys.argv[1] == "--list":
        print(*HELLOS, *LIES, *BYTES, "silent", "stops-reading", "endless-list", "ends-after-3", "endless-answers", sep="\n")
        return 0
    lie, directory = sys.argv[1], os.fsencode(sys.argv[2])
    if lie in HELLOS:
        os.read(0, 1 << 16)
        sys.stdout.buffer.write(HELLOS[lie])
        sys.stdout.buffer.flush()
        if lie not in ("hello-cut", "hello-and-end"):
            while os.read(0, 1 << 16):
                pass
        return 0
    requests = object_server.messages()
    want = next(requests).get("want", "open")
    store = Lying(directory, want, False)
    Lying.lie = staticmethod(LIES.get(lie, lambda request, answer: answer))
    # What was asked for in an order is only believed of a server that says that it keeps to it.
    hello = {**HELLO, "exclusive": True, "immediate": True, **({"state": store.state} if want == "look" else object_server.machine())}
    if lie.startswith("place-"):
        hello["ordered"] = True
    output, count = sys.stdout.buffer, 0
    output.write(msgpack.packb(hello))
    output.flush()
    for request in requests if want != "look" else ():
        answer = {"to": request["id"], **store.answer(request)}
        count += 1
        if lie == "silent":
            time.sleep(3600)
        if lie == "stops-reading" and request["do"] == "start":
            time.sleep(2)
            output.write(b"\xc1")
            output.flush()
            time.sleep(3600)
        if lie == "ends-after-3" and count > 3:
            return 0
        if lie == "endless-list" and request["do"] == "list":
            answer["after"] = b"1"
        output.write(BYTES.get(lie, msgpack.packb)(answer))
        while lie == "endless-answers" and count > 2:
            output.write(msgpack.packb({"to": request["id"] + 1 << 40}))
        output.flush()
    store.end()
    return 0


try:
    sys.exit(main())
except BrokenPipeError:
    sys.exit(0)
