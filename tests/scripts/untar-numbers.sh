# Times, modes and owners at the limits come back through bs-untar and bs-tar as they were; what cannot be read is named, as GNU tar names it, and never left
# out silently.
# only: bin
. "${0%/*}/lib.sh"
need tar

# At the limits, in both formats that have them.
"$PYTHON" - > lines << 'END'
import json
print(json.dumps({"kind": "begin", "version": 1, "host": "h", "stages": ["t"]}))
seconds = [-2**63, -2**63 + 1, -2**40, -8589934592, -62135596801, -1, 0, 1, 8589934591, 8589934592, 2**33, 253402300800, 2**40, 2**62, 2**63 - 1]
for s in seconds:
    for n in (0, 1, 500000000, 999999999):
        print(json.dumps({"kind": "entry", "path": f"f{s}.{n}", "type": "file", "mode": 0o7777 if n else 0, "uid": (2**32 - 1) if n else 0,
                          "gid": (2**32 - 1) if s < 0 else 0o7777777, "size": 0, "mtime": f"@{s}.{n:09}", "content": True}))
print(json.dumps({"kind": "end"}))
END
bs-json -d < lines > stream
for format in pax gnu; do
  bs-tar --format "$format" - < stream > limits.tar
  expect_status 0 bs-untar < limits.tar > again 2> said
  expect_empty said
  for which in stream again; do
    bs-json < $which | "$PYTHON" -c 'import json, sys
for line in sys.stdin:
    r = json.loads(line)
    if r["kind"] == "entry":
        # The format of GNU tar has whole seconds.
        t = r["mtime"] if sys.argv[1] == "pax" else r["mtime"].split(".")[0].rstrip("Z")
        print(r["path"], t, r["mode"], r["uid"], r["gid"])' "$format" > "$which.$format"
  done
  expect_same "stream.$format" "again.$format"
done

# What is no number, one archive each: status 3 here, 2 with tar, and the entry is kept.
PYTHONPATH=$ROOT/tests/scripts "$PYTHON" - << 'END'
from odd_archive import *
bad = {
    "mode": header(b"f", mode=b"rwxr-x\0\0"), "mode-blank": header(b"f", mode=b" " * 8), "mode-digit": header(b"f", mode=b"0000648\0"),
    "uid": header(b"f", uid=b"abcdefg\0"), "uid-large": header(b"f", uid=b"\x80" + b"\0" * 2 + b"\1" + b"\0" * 4),
    "uid-negative": header(b"f", uid=b"\xff" * 7 + b"\xfe"),
    "gid": header(b"f", gid=b"0000 x0\0"[:4] + b"x\0\0\0"), "mtime": header(b"f", mtime=b"garbage!!!!\0"), "mtime-blank": header(b"f", mtime=b" " * 12),
    "mtime-large": header(b"f", mtime=b"\x80\0\0\0\xff" + b"\0" * 7), "mtime-small": header(b"f", mtime=b"\xff" * 4 + b"\x7f" + b"\0" * 7),
    "pax-large": pax(b"mtime=99999999999999999999") + header(b"f"), "pax-small": pax(b"mtime=-9223372036854775809") + header(b"f"),
    "pax-none": pax(b"mtime=yesterday") + header(b"f"),
    "pax-uid": pax(b"uid=4294967296") + header(b"f"), "pax-uid-none": pax(b"uid=me") + header(b"f"), "pax-gid": pax(b"gid=-1") + header(b"f"),
    "pax-size": pax(b"size=-5") + header(b"f"), "pax-length": member(b"x", b"99 mtime=1\n", b"x") + header(b"f"),
    "pax-equals": member(b"x", b"9 mtime1\n", b"x") + header(b"f"),
    "global": pax(b"mtime=never", type=b"g") + header(b"f"),
}
for name, archive in bad.items():
    open(f"{name}.bad", "wb").write(archive + header(b"g") + END)
good = {
    "nul": (header(b"f", mode=b"\0" * 8), '"mode":0'), "lead": (header(b"f", mode=b"\0000755\0"), '"mode":493'),
    "blank": (header(b"f", mode=b"   755 \0"), '"mode":493'),
    "least": (pax(b"mtime=-9223372036854775808") + header(b"f"), "@-9223372036854775808.000000000"),
    "fine": (pax(b"mtime=-1.0000000001") + header(b"f"), "1969-12-31T23:59:58.999999999Z"),
    "binary": (header(b"f", mtime=b"\xff" * 4 + b"\x80" + b"\0" * 7), "@-9223372036854775808.000000000"),
    "taken-back": (pax(b"mtime=") + header(b"f"), "1970-01-01T00:00:07.000000000Z"),
}
for name, (archive, text) in good.items():
    open(f"{name}.good", "wb").write(archive + END)
    open(f"{name}.text", "w").write(text)
END
for archive in *.bad; do
  tar -tvf "$archive" > /dev/null 2>&1 && fail "$archive: tar has no fault to find"
  expect_status 3 bs-untar < "$archive" > stream 2> said
  [ "$(bs-ls - < stream 2> /dev/null | tr '\n' ' ')" = "f g " ] || fail "$archive: $(bs-ls - < stream 2>&1)"
  [ "$(wc -l < said)" -eq 1 ] || fail "$archive: $(cat said)"
done
for archive in *.good; do
  expect_status 0 bs-untar < "$archive" > stream 2> said
  expect_empty said
  bs-json < stream | grep -qF -- "$(cat "${archive%.good}.text")" || fail "$archive: $(bs-json < stream)"
done
