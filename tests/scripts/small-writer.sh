# A writer that knows the pages alone (tests/formats/small_writer.py) and bs-store write for each other: what one stores is clean and comes back
# as it was from every reader, the other finds all of it and adds nothing, and their trees are the same to the last bit. The settings that it
# publishes are honoured by all programs.
# only: bin
# timeout: 600
. "${0%/*}/lib.sh"
need :msgpack :zstandard :brotli
export PYTHONDONTWRITEBYTECODE=1 BACKSHIFT_REPOSITORY=$TMP/repository
small() {
  "$PYTHON" "$ROOT/tests/formats/small_writer.py" "$@"
}
restore() {
  "$PYTHON" "$ROOT/examples/restore.py" "$@"
}

# tree_of REPOSITORY SAVESET: root, level, entries and bytes.
tree_of() {
  "$PYTHON" - "$ROOT" "$1" "$2" << 'END'
import os, sys
sys.path.insert(0, sys.argv[1] + "/examples")
from backshift_repository import Repository
_, body = Repository(os.fsencode(sys.argv[2]), print).saveset(sys.argv[3])
print(body["root"].hex(), body["level"], body["entries"], body["bytes"])
END
}
packs() {
  find "$1/packs" -type f | sort
}

# comes_back SAVESET DIRECTORY: by every reader, from $BACKSHIFT_REPOSITORY.
comes_back() {
  local differences
  differences=$(set -o pipefail; bs-tar "$1" | tar --diff -f - --warning=no-timestamp -C "$2" 2>&1) && [ -z "$differences" ] ||
    fail "bs-tar $1: $differences"
  differences=$(set -o pipefail; bs-read "$1" | bs-tar - | tar --diff -f - --warning=no-timestamp -C "$2" 2>&1) && [ -z "$differences" ] ||
    fail "bs-read $1: $differences"
  rm -rf restored
  restore "$BACKSHIFT_REPOSITORY" "$1" restored 2> said || { cat said; fail "restore.py: status $? from $1"; }
  same_tree "$2" restored
}

"$PYTHON" "$ROOT/tests/scripts/awkward-tree.py" tree
# To read a hole of 4 GiB takes longer than all the rest.
rm -f tree/contents/hole-huge
# GNU tar cannot extract paths that are longer than the system takes in one call.
rm -rf tree/deep
seq 200000 > tree/contents/numbers
mkdir tree/many
(cd tree/many && seq 2000 | while read -r i; do echo "$i" > "a-file-with-a-number-$i"; done)

# It makes the repository and stores; what is there is well, and whole.
small init repository
(cd tree && bs-walk --host small . | bs-chunk -r "$BACKSHIFT_REPOSITORY") > stream
first=$(small store repository < stream) || fail "small_writer.py: status $?"
expect_good --read-data
[ "$(bs-ls | wc -l)" -eq 1 ] || fail "$(bs-ls)"
comes_back "$first" tree
[ -z "$(find repository -type f ! -perm 600 -o -type d ! -perm 700)" ] || fail "modes: $(find repository -printf '%m %p\n')"

# bs-store has nothing to add, and comes to the same tree.
packs repository > before
second=$(bs-store --host store < stream) || fail "bs-store: status $?"
packs repository > after
expect_same before after
tree_of repository "$first" > tree-small
tree_of repository "$second" > tree-store
expect_same tree-small tree-store
[ -z "$(bs-diff "$first" "$second")" ] || fail "bs-diff: $(bs-diff "$first" "$second" | head -n 5)"
expect_good --read-data

# And the other way round: it finds all that bs-store wrote.
bs-init --plain other
second=$(bs-store --host store -r other < stream) || fail "bs-store: status $?"
packs other > before
small store other < stream > name || fail "small_writer.py: status $?"
packs other > after
expect_same before after
tree_of other "$second" > tree-store
expect_same tree-small tree-store
tree_of other "$(cat name)" > tree-store
expect_same tree-small tree-store
bs-check --read-data other > /dev/null

# They take turns in one repository, with references to what the other one wrote, and deltas against it.
mkdir work
for i in 1 2 3 4 5 6 7 8; do seq "$i" 40000 > "work/file-$i"; done
head -c 9000000 /dev/urandom > work/large
ln work/file-1 work/a-link
sleep 3
for turn in 1 2 3 4 5 6; do
  echo "turn $turn" > "work/turn-$turn"
  sed -i "s/^\(.*\)${turn}00\$/\1 in turn $turn/" "work/file-$turn"
  printf 'turn %d' $turn | dd of=work/large bs=1 seek=$((turn * 1000000)) conv=notrunc status=none
  (cd work && bs-walk --host turns . | bs-since | bs-chunk -r "$BACKSHIFT_REPOSITORY") > stream
  if [ $((turn % 2)) -eq 1 ]; then
    name=$(small store repository < stream) || fail "small_writer.py: status $? in turn $turn"
  else
    name=$(bs-store < stream) || fail "bs-store: status $? in turn $turn"
  fi
  comes_back "$name" work
  sleep 1
done
expect_good --read-data
[ "$(bs-ls | grep -c turns@)" -eq 6 ] || fail "not six turns: $(bs-ls)"
# Without the index, which both have written, nothing is missing.
cp -a repository no-index
rm no-index/index/*
bs-check --read-data no-index > /dev/null
rm -rf restored
restore no-index "$name" restored
same_tree work restored

# A list in a stream stands for the content of a file, or of a part of one.
"$PYTHON" - "$ROOT" "$name" << 'END' > stream
import sys
sys.path.insert(0, sys.argv[1] + "/examples")
import msgpack
from backshift_repository import Repository
def write(**record):
    sys.stdout.buffer.write(msgpack.packb(record))
repository = Repository(b"repository", print)
_, body = repository.saveset(sys.argv[2])
entry = next(entry for path, entry in repository.entries(body["root"], body["level"]) if path == b"large")
first = next(repository.content(entry))
write(kind="begin", version=1, host="lists", started=msgpack.Timestamp(1_700_000_000), requires=["list"])
write(kind="entry", path=b"large", type="file", mode=0o644, size=entry["size"], content=True)
write(kind="list", size=entry["size"], **entry["list"])
write(kind="entry", path=b"longer", type="file", mode=0o644, content=True)
write(kind="hole", size=4096)
write(kind="chunk", digest=first[0], size=first[1])
write(kind="list", size=entry["size"], **entry["list"])
write(kind="hole", size=4096)
write(kind="hole", size=4096)
write(kind="entry", path=b"wrong", type="file", mode=0o644, content=True)
write(kind="list", size=entry["size"] + 1, **entry["list"])
write(kind="end")
with open("longer", "wb") as file:
    file.write(bytes(4096) + repository.chunk(first[0]) + open("work/large", "rb").read() + bytes(8192))
END
for writer in small store; do
  status=0
  if [ $writer = small ]; then
    name=$(small store repository < stream 2> said) || status=$?
  else
    name=$(bs-store --host store < stream 2> said) || status=$?
  fi
  [ $status -eq 3 ] && grep -q wrong said || { cat said; fail "$writer: status $status for a list that is not as long as it says"; }
  bs-cat "$name" large | cmp - work/large
  bs-cat "$name" longer | cmp - longer
  [ "$(bs-ls -0 "$name" | tr -dc '\0' | wc -c)" -eq 2 ] || fail "$writer: $(bs-ls "$name")"
  tree_of repository "$name" > "tree-$writer"
done
expect_same tree-small tree-store
expect_good --read-data

# Of saves that began in the same instant some have digits of their identity in the name. Each is found, and none in the place of another.
small init instants
"$PYTHON" -c '
import msgpack, sys
for record in ({"kind": "begin", "version": 1, "host": "h", "started": msgpack.Timestamp(1_700_000_000, 123_456_789)},
               {"kind": "entry", "path": b"f", "type": "file", "mode": 0o644, "content": True}, {"kind": "chunk", "size": 3, "bytes": b"abc"}, {"kind": "end"}):
    sys.stdout.buffer.write(msgpack.packb(record))' > stream
for writer in small store small store small store; do
  if [ $writer = small ]; then
    small store instants < stream
  else
    bs-store -r instants < stream
  fi
done > names
[ "$(grep -Ecx 'h@20231114T221320(\.123|\.123456789)?Z' names)" -eq 3 ] || fail "$(cat names)"
[ "$(grep -Ecx 'h@20231114T221320Z_[0-9a-f]{8}' names)" -eq 3 ] || fail "$(cat names)"
while read -r name; do
  [ "$(bs-cat -r instants "$name" f)" = abc ] || fail "bs-cat of $name"
  rm -rf restored
  restore instants "$name" restored
  [ "$(cat restored/f)" = abc ] || fail "restore.py of $name"
done < names
bs-check instants > /dev/null
name=$(tail -n 1 names)
mv "instants/savesets/h/${name#h@}" instants/savesets/h/20231114T221320Z_00000000
expect_status 65 bs-ls -r instants > list
expect_text 20231114T221320Z_00000000 bs-ls -r instants
expect_status 65 restore instants > list

# Settings: the codec may change. Of what they require, readers must know one part, and writers all.
cp -a repository base
fresh() {
  rm -rf repository
  cp -a base repository
}
# refused PROGRAM…: with 65, and one line that has $word.
refused() {
  local status=0
  "$@" > out 2> said || status=$?
  [ $status -eq 65 ] || { cat said; fail "status $status from $*"; }
  [ "$(grep -vc '^[a-z_.-]*: hint: ' said)" -eq 1 ] && grep -q "$word" said || { cat said; fail "$*: not one line, with '$word' in it"; }
  expect_empty out
}
(cd work && bs-walk --host after . > ../walked && bs-chunk < ../walked > ../stream)
bs-store --forward < stream > references
writers() {
  refused bs-store < stream
  refused bs-store --forward < stream
  refused bs-index < references
  refused small store repository < stream
  refused small settings repository codec=lzma
}
readers() {
  refused bs-ls
  refused bs-tar "$first"
  refused bs-cat "$first" contents/numbers
  refused bs-read "$first"
  refused bs-check
  refused bs-diff "$first" "$first"
  refused bs-since < walked
  refused sh -c 'cd work && bs-chunk -r "$BACKSHIFT_REPOSITORY" < ../walked'
  refused restore repository
}
small settings repository codec=lzma
name=$(bs-store < stream)
comes_back "$name" work
expect_good --read-data

fresh
word=refs
small settings repository requires=refs
writers
readers

fresh
word=moons
small settings repository requires_write=moons
writers
bs-ls > list
grep -q turns@ list || { cat list; fail "bs-ls does not read"; }
bs-cat "$first" contents/numbers | cmp - tree/contents/numbers
restore repository > list
grep -q turns@ list || { cat list; fail "restore.py does not read"; }
expect_good --read-data

# The newest alone count: what those before them required is required no more. But all must be there to be read.
fresh
"$PYTHON" - "$ROOT" << 'END'
import sys
sys.path.insert(0, sys.argv[1] + "/tests/formats")
from small_packs import Folder
folder = Folder("repository")
folder.publish_small(b"G", {"number": 7, "requires": ["refs"]}, "settings/")
folder.publish_small(b"G", {"number": 8, "codec": "none", "requires": []}, "settings/")
END
name=$(bs-store < stream)
comes_back "$name" work
older=$(grep -l refs repository/settings/*)
one_copy "$older"
printf x | dd of="$older" bs=1 seek=40 conv=notrunc status=none
word=${older##*/}
writers
readers
