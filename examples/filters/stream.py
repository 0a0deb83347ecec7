"""The common part of filters between two programs of Backshift; see backshift-stream(5). Needs Debian's python3-msgpack.

    import stream
    stream.run(lambda records: (r for r in records if …))

A filter receives the records as dictionaries, one by one, and yields those to be written. It should pass on what it does not know.
Bytes stay bytes, text stays text, and a time is a msgpack.Timestamp, which keeps every nanosecond and every sign.
The record `end` is written only if one was read: if the input stops before that, so does the filter, with status 65 and without
`end`, and the next program knows that the stream is not complete.
"""
import os
import sys

import msgpack

LARGEST = 16_777_216         # a record, as encoded


def records():
    # Unbuffered: a read returns what is there and does not wait for more. Names of users need not be UTF-8 in streams of other programs.
    unpacker = msgpack.Unpacker(sys.stdin.buffer.raw, read_size=1 << 18, max_buffer_size=2 * LARGEST, strict_map_key=False,
                                unicode_errors="surrogateescape")
    first = True
    for record in unpacker:
        if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
            stop("a record that is not a map with a kind")
        if first and (record["kind"] != "begin" or record.get("version") != 1):
            stop("not a stream of Backshift, or of another version")
        first = False
        yield record
        if record["kind"] == "end":
            break
    else:
        stop("its input stopped before the end")
    # The unpacker may have read more than the last record; nothing may follow, there or in the input.
    if unpacker.read_bytes(1) or sys.stdin.buffer.raw.read(1):
        stop("something follows the end")


def stop(reason):
    sys.stdout.flush()
    print("%s: %s" % (os.path.basename(sys.argv[0]), reason), file=sys.stderr)
    sys.exit(65)


def run(change):
    name = os.path.basename(sys.argv[0])
    held = None
    try:
        for record in change(records()):
            if held is not None:
                stop("the filter yields something after the end")
            if record["kind"] == "begin":
                record.setdefault("stages", []).append(name)
            if record["kind"] == "end":
                held = record         # until it is certain that nothing follows
            else:
                write(record)
        if held is not None:
            write(held)
        sys.stdout.flush()
    except (msgpack.exceptions.UnpackException, ValueError, TypeError) as error:     # TypeError: a key that is a map
        stop("its input is damaged: %s" % (error or type(error).__name__))
    except BrokenPipeError:           # the next program has ended and reports why
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(141)


def write(record):
    sys.stdout.buffer.write(msgpack.packb(record, unicode_errors="surrogateescape"))


def problem(path, error):
    """A record for trouble with the entry just yielded, which is stored nevertheless. The filter that creates it also reports it."""
    name = os.path.basename(sys.argv[0])
    print("%s: %s: %s" % (name, ascii(path)[2:-1], error.strerror), file=sys.stderr)
    return {"kind": "problem", "path": path, "stage": name, "errno": error.errno, "text": error.strerror, "marks": True}
