# A filter adds a key to an entry that means something else in a saveset: the key is left out, with a word and status 3, and all entries can be read. Keys that
# begin with x- are kept, also through a restore.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
stream() {
  "$PYTHON" - "$1" << 'END'
import msgpack, sys
def w(**m): sys.stdout.buffer.write(msgpack.packb(m))
more = {"list-text": {"list": "mine"}, "list-map": {"list": {"id": b"\x11" * 24, "level": 0}}, "problem-text": {"problem": "a word"},
        "problem-number": {"problem": 7}, "x": {"x-mine": [1, {"a": None}]}, "unknown": {"acl": "later"}}[sys.argv[1]]
w(kind="begin", version=1, host=sys.argv[1], started=msgpack.Timestamp(1700000000, 0))
for name, text, keys in ((b"a", b"abc", {}), (b"b", b"xyz", more), (b"c", b"123", {})):
    w(kind="entry", path=name, type="file", size=3, content=True, **keys)
    w(kind="chunk", size=3, bytes=text)
w(kind="end", entries=3)
END
}
for key in list-text list-map problem-text problem-number; do
  stream $key > stream
  expect_status 3 bs-store < stream > name 2> said
  expect_text "b: its key \"${key%-*}\" is not stored" cat said
  [ "$(bs-cat $key@latest a b c)" = abcxyz123 ] || fail "$key: the contents are others"
  bs-ls --problems $key@latest > problems
  expect_text "its key \"${key%-*}\" is not stored" cat problems
done
for key in x unknown; do
  stream $key | bs-store > name 2> said
  [ ! -s said ] || { cat said; fail "$key: words about a key that is kept"; }
  bs-read $key@latest | bs-json | grep -q 'x-mine\|acl' || fail "$key: the key is gone"
done
expect_good --read-data
