# bs-json makes lines of a stream and a stream of lines, and nothing is lost on the way, through jq neither; the filters of examples/ work.
# only: bin
# takes: 40
. "${0%/*}/lib.sh"
need jq
"$PYTHON" "$ROOT/tests/scripts/awkward-tree.py" tree
bs-walk tree > stream
bs-json < stream > lines
[ "$(wc -l < lines)" -eq "$(($(find tree -printf x | wc -c) + 2))" ] || fail "$(wc -l < lines) lines"
bs-json -d < lines | cmp - stream
# jq 1.6 keeps numbers as doubles and writes what it reads: every line comes back as it was.
jq -c . lines | bs-json --back | cmp - stream
bs-chunk < stream > chunks
bs-json < chunks | jq -c . | bs-json -d | cmp - chunks

# The vectors of the format: a good one comes back as it was, but for the length of encodings.
"$PYTHON" - "$ROOT" << 'END'
import pathlib, subprocess, sys
def run(data, *options):
    done = subprocess.run(["bs-json", *options], input=data, capture_output=True)
    return done.returncode, done.stdout
tried = 0
for path in sorted(pathlib.Path(sys.argv[1], "tests/vectors/stream").glob("*.txt")):
    text = path.read_text()
    # Each takes three starts of a program: without those that show nothing but how a number is encoded.
    if "\nexpect: ok\n" not in text or path.name.startswith("integer"):
        continue
    words = text.split("hex:")[1].split()
    data = b"".join(bytes.fromhex(w.split("*")[0]) * int((w + "*1").split("*")[1]) for w in words)
    status, lines = run(data)
    assert status in (0, 3), (path.name, status)
    status, back = run(lines, "-d")
    assert status in (0, 3), (path.name, status)
    if "\ncanonical: yes\n" in text and not path.name.startswith("unknown-keys"):
        assert back == data, path.name
    assert run(back)[1] == lines, path.name
    tried += 1
assert tried > 10, tried
END

# Cut, either way.
head -c 20000 stream | expect_status 65 bs-json > cut 2> message
tail -n 1 cut | jq -e .kind > /dev/null || fail "the last line is not whole"
expect_status 65 bs-json -d < cut > cut.stream 2> message
grep -q 'stop without an end record' message || fail "$(cat message)"
expect_status 65 bs-json < cut.stream > /dev/null 2> message
jq . lines | expect_text 'hint: a record is one line: jq -c' bs-json -d

# What every reader must refuse is refused both ways, named, and what came before it is written.
expect_refusal() {
  printf '%s\n' '{"kind":"begin","version":1}' '{"kind":"entry","path":"f","type":"file","content":true}' "$1" '{"kind":"end"}' > bad
  expect_status 65 bs-json -d < bad > stream 2> message
  grep -q "^bs-json: line 3: damaged stream: $2" message || fail "$1: $(cat message)"
  expect_status 65 bs-json < stream > lines 2> message
  [ "$(wc -l < lines)" -eq 2 ] || fail "$1: what came before it"
}
expect_refusal '{"kind":"begin","version":1}' 'a second begin record'
expect_refusal '{"kind":"entry","path":"a/../../x","type":"file"}' '"a/../../x" cannot be the path of an entry'
expect_refusal '{"kind":"entry","path":"/a","type":"file"}' '"/a" cannot be the path'
expect_refusal '{"kind":"hole","size":0}' 'a hole has no size'
expect_refusal '{"kind":"chunk","size":5,"bytes":"YQ=="}' 'a chunk says that it has 5 bytes and has 1'
expect_refusal '{"kind":"chunk","size":8388609,"digest":"000000000000000000000000000000000000000000000000"}' 'size of a chunk is larger than'
