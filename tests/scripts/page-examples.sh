# The bytes and values in backshift-repository(5) and backshift-stream(5) are what the pages say, and what the programs read and make: a program that knows only
# the pages makes them again, and they are put before ours.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack
"$PYTHON" "$ROOT/tests/scripts/page-examples.py" made
export BACKSHIFT_REPOSITORY=$TMP/repository

# In the pages they stand as they are made.
for name in stream pack nodes saveset values; do
  page=$ROOT/man/backshift-repository.5
  [ $name != stream ] || page=$ROOT/man/backshift-stream.5
  sed -n "/^\\.\\\\\" page-examples.py $name\$/,/^\\.Ed\$/p" "$page" | sed '1,2d; $d' > found
  expect_same "made/$name.txt" found
done

# Ours read them.
bs-init --plain
cp -a made/repository/. repository/
name=web@20261123T090405Z
[ "$(bs-ls)" ] && expect_text "$name" bs-ls
expect_good --read-data
[ "$(bs-cat $name hello)" = "hello, world" ] || fail "bs-cat: $(bs-cat $name hello)"
bs-ls -l $name > list
grep -q '^-rw-r--r-- *1 1000 *1000 *13 2026-11-22T09:04:05Z hello$' list || { cat list; fail "bs-ls"; }
if "$PYTHON" -c 'import zstandard' 2> /dev/null; then
  "$PYTHON" -B "$ROOT/examples/restore.py" repository $name restored
  [ "$(cat restored/hello)" = "hello, world" ] || fail "restore.py: $(cat restored/hello)"
fi

# Ours make them: the stream gives the same tree, and nothing that is not there already.
mv made/stream.bin stream
[ "$(bs-store --time 2026-11-24T00:00:00Z < stream)" = web@20261124T000000Z ] || fail "bs-store takes the stream for something else"
"$PYTHON" -B - "$ROOT" << 'END'
import sys
sys.path.insert(0, sys.argv[1] + "/examples")
try:
    from backshift_repository import Repository
except ImportError:
    sys.exit(0)
roots = {body["root"] for _, body in Repository(b"repository", print).savesets()}
assert len(roots) == 1, roots
END
[ "$(find repository/packs -type f | wc -l)" -eq 2 ] || fail "bs-store stored something: $(find repository/packs -type f)"
