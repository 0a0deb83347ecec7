# only: bin
# examples/restore.py brings back what the programs saved, to the last bit, with no program of ours: all of it, parts of it, with and without
# the index; it says where a repository is damaged, and writes nothing outside of its target.
# takes: 30
. "${0%/*}/lib.sh"
need :msgpack :zstandard :brotli
export PYTHONDONTWRITEBYTECODE=1
restore() {
  "$PYTHON" "$ROOT/examples/restore.py" "$@"
}

"$PYTHON" "$ROOT/tests/scripts/awkward-tree.py" tree
(cd tree && find . -print0 | bs-walk | bs-chunk | bs-store --init --plain --host awkward ../repository) > name
name=$(cat name)
restore repository > savesets
grep -q "^$name complete " savesets || fail "$(cat savesets)"
restore repository "$name" > listing
[ "$(wc -l < listing)" -eq "$(find tree -printf x | wc -c)" ] || fail "the listing has $(wc -l < listing) lines"

restore repository "$name" restored
same_tree tree restored
# Holes are holes again.
[ "$(du -sk restored/contents | cut -f 1)" -le "$(($(du -sk tree/contents | cut -f 1) + 64))" ] || fail "$(du -sk tree/contents restored/contents)"

# From the packs alone; and the same where the index is missing.
cp -a repository no-index
rm no-index/index/*
restore --no-index repository "$name" restored-2 names links contents/random-3000000 contents/holes
restore no-index "$name" restored-3 names links contents/random-3000000 contents/holes
for one in restored-2 restored-3; do
  same_tree tree/names $one/names
  same_tree tree/links $one/links
  cmp tree/contents/random-3000000 $one/contents/random-3000000
  cmp tree/contents/holes $one/contents/holes
done

# Parts: a directory, one file, a link whose target is not asked for.
restore repository "$name" parts kinds names/a contents/holes links/d/e/l links/z
same_tree tree/kinds parts/kinds
cmp tree/contents/holes parts/contents/holes
[ "$(ls parts/names)" = a ] || fail "more than was asked for: $(ls parts/names)"
cmp tree/links/m parts/links/z
[ parts/links/z -ef parts/links/d/e/l ] || fail "two links to a file that was not asked for are not one file"
expect_status 66 restore repository "$name" none no/such/path
expect_status 66 restore repository nobody@20200101T000000Z none
expect_status 66 restore tree
expect_status 64 restore repository "$name" parts
expect_status 64 restore

# Attributes come with a filter, as text of programs goes.
if command -v setfattr > /dev/null && setfattr -n user.a -v b savesets 2> /dev/null; then
  (cd tree && find attributes -print0 | bs-walk | "$PYTHON" "$ROOT/examples/filters/add-xattrs.py" | bs-chunk | bs-store --host attributes ../repository)
  restore repository attributes with-attributes
  same_tree tree/attributes with-attributes/attributes
fi

# What every codec writes; of the second saveset, also deltas against the first.
for codec in zstd:19 zstd:1 brotli lzma none managed; do
  rm -rf versions texts from-codec
  bs-init --plain --codec "${codec/managed/zstd:3}" versions
  mkdir texts
  seq 200000 > texts/numbers
  head -c 400000 /dev/urandom > texts/noise
  for version in 1 2; do
    if [ $codec = managed ]; then export BACKSHIFT_ZSTD=managed; fi
    saved=$(bs-walk texts | bs-chunk -r versions | bs-store --host codec --time "2026-01-0${version}T00:00:00Z" versions)
    unset BACKSHIFT_ZSTD
    restore versions "$saved" "from-codec/$version"
    same_tree texts "from-codec/$version/texts"
    sed -i 's/^1\(.\)00$/changed \1/' texts/numbers
    printf x | dd of=texts/noise bs=1 seek=200000 conv=notrunc status=none
  done
done

# Damage: a flipped byte anywhere in the packs is named, and costs only what it touches. Nothing that is wrong is written.
mkdir -p sample/contents
cp -a tree/names tree/modes sample
cp -a tree/contents/random-3000000 tree/contents/periodic sample/contents
tree_digest sample --without mode,uid,gid,mtime,xattr | grep type=f | sort > files
for pack in repository/packs/*/*; do
  for share in 1 5 9; do
    rm -rf damaged broken
    cp -a repository damaged
    "$PYTHON" - "damaged/${pack#*/}" "$share" << 'END'
import os, sys
os.chmod(sys.argv[1], 0o600)
with open(sys.argv[1], "r+b") as file:
    at = os.fstat(file.fileno()).st_size * int(sys.argv[2]) // 10
    file.seek(at)
    byte = file.read(1)[0]
    file.seek(at)
    file.write(bytes([byte ^ 0x10]))
END
    status=0
    restore damaged "$name" broken contents/random-3000000 contents/periodic names modes 2> said || status=$?
    # A block with no file of ours in it may be damaged without anybody noticing.
    if [ "$status" -ne 0 ]; then
      [ "$status" -eq 65 ] || { cat said; fail "status $status with ${pack##*/} damaged at $share/10"; }
      [ -s said ] || fail "damage and not a word"
    fi
    # What is missing was damaged; what is there is right.
    if [ -d broken ]; then
      tree_digest broken --without mode,uid,gid,mtime,xattr | grep type=f | sort > broken-files
      [ -z "$(comm -13 files broken-files)" ] || fail "restored wrongly: $(comm -13 files broken-files | head -n 5)"
    fi
  done
done
# A pack whose directory and trailer are lost is read by its block lists: nothing is missing, and the pack is named.
for pack in repository/packs/*/*; do
  rm -rf damaged broken
  cp -a repository damaged
  "$PYTHON" - "damaged/${pack#*/}" << 'END'
import os, struct, sys
os.chmod(sys.argv[1], 0o600)
with open(sys.argv[1], "r+b") as file:
    size = os.fstat(file.fileno()).st_size
    file.seek(size - 64)
    start, = struct.unpack("<Q", file.read(8))
    file.seek(start)
    file.write(bytes(size - start))
END
  restore damaged "$name" broken 2> said || { cat said; fail "status $? without the directory of ${pack##*/}"; }
  same_tree tree broken
  rm -rf broken
  restore --no-index damaged "$name" broken names modes 2> said ||
    { cat said; fail "status $? without the directory of ${pack##*/}, and without the index"; }
  grep -q "^restore.py: pack ${pack##*/}: .*block lists" said || { cat said; fail "a pack that was salvaged is not named"; }
  same_tree tree/names broken/names
done

# The index only helps. A page that is damaged, a run that lacks chunks of a pack, and packs that are gone by one run and there for another
# are got over; a run that is wrong is named.
"$PYTHON" - "$ROOT" << 'END'
import os, shutil, sys
sys.path.insert(0, sys.argv[1] + "/tests/formats")
from small_packs import Chunks, Folder, publish_run
for name in ("page", "lacking", "gone"):
    shutil.copytree("repository", name)
runs = os.listdir("page/index")
for run in runs:
    path = "page/index/" + run
    with open(path, "r+b") as file:
        file.seek(-32 - 4 - 5, os.SEEK_END)         # in the last entry
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    os.remove("lacking/index/" + run)
folder = Folder("lacking")
packs = Chunks(folder, "none", "", 1 << 20, 1 << 20, print).packs
assert len(packs) > 1
publish_run(folder, {pack: digests[:1] for pack, digests in packs.items()})
publish_run(Folder("gone"), {}, packs)
END
for one in page lacking gone; do
  rm -rf broken
  restore $one "$name" broken 2> said || { cat said; fail "status $? with the index of $one"; }
  same_tree tree broken
  case $one in
  page) grep -q '^restore.py: run .*: a page does not match its checksum' said ;;
  lacking) grep -q '^restore.py: run .*: lacks chunks of pack ' said ;;
  gone) [ ! -s said ] ;;
  esac || { cat said; fail "of the index of $one another thing is said"; }
done
cp -a repository sealed
one_copy sealed/backshift
"$PYTHON" -c 'import sys; f = open(sys.argv[1], "r+b"); f.seek(9); f.write(b"\1")' sealed/backshift
expect_status 65 restore sealed
expect_text encrypted restore sealed

# Other writers may have written anything. One bad entry costs that entry, with a word and no traceback, and what is shown has no control characters. No link
# that has just been made is followed.
mkdir outside
"$PYTHON" - "$ROOT" << 'END'
import hashlib, os, runpy, struct, sys, zlib
sys.argv = ["page-examples.py", "hand-made"]
page = runpy.run_path(os.environ["ROOT"] + "/tests/scripts/page-examples.py")
import msgpack
entries = [
    {"path": b"a", "type": "symlink", "target": b"x\0y"},
    {"path": b"b", "type": "door\x1b[31m"},
    {"path": b"c", "type": "dir", "mode": 0o755, "xattrs": {b"user.\0": b""}},
    {"path": b"d", "type": "char", "rdev": ["a", 1]},
    {"path": b"e", "type": "file", "mode": 0o644, "size": 13, "content": [page["digest"](page["CONTENT"]), 13], "problem": "odd \x1b[31m", "later": {1: 2}},
    {"path": b"f", "type": "file", "mode": 0o644, "size": 0},
    {"path": b"way", "type": "symlink", "target": os.path.abspath("outside").encode()},
    {"path": b"way/directory", "type": "dir", "mode": 0o755},
    {"path": b"way/file", "type": "file", "mode": 0o644, "size": 13, "content": [page["digest"](page["CONTENT"]), 13]},
    {"path": b"way/link", "type": "link", "target": b"way/file"},
]
node = b"".join(map(msgpack.packb, [{"node": "leaf", "level": 0}, *entries]))
problems = msgpack.packb({"kind": "problem", "path": b"q", "stage": "x", "text": "said \x1b[31m \\x20"})
def write(name, pieces):
    data = b"".join(piece for piece, _ in pieces)
    path = os.path.join("hand-made/repository", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "wb").write(data)
write("packs/20/" + bytes(range(32, 48)).hex(), page["pack"](bytes(range(32, 48)), node, 1, ""))
write("packs/30/" + bytes(range(48, 64)).hex(), page["pack"](bytes(range(48, 64)), problems, 0, ""))
body = msgpack.packb({"host": "h", "started": page["time"](0), "complete": True, "root": page["digest"](node), "level": 0, "entries": 10, "bytes": 26,
                      "problems": {"count": 1, "content": [page["digest"](problems), len(problems)]}})
front = b"".join(piece for piece, _ in page["header"](b"S", bytes(range(64, 80)))) + struct.pack("<I", len(body)) + body
write("savesets/h/19700101T000000Z", [(front, ""), (hashlib.sha256(front).digest(), "")])
END
bs-init --plain fresh
cp fresh/backshift hand-made/repository/
status=0
restore hand-made/repository h hand-made/restored 2> said || status=$?
[ "$status" -eq 65 ] || { cat said; fail "status $status"; }
if LC_ALL=C grep -q '[^[:print:]]' said || grep -q Traceback said; then cat -v said; fail "a traceback or a control character"; fi
for line in 'a: x\x00y: has a NUL in it' 'b: has the type' 'c: user.\x00: has a NUL in it' 'd: ' 'when it was saved: q: said \x1b[31m \x20'; do
  grep -qF "restore.py: $line" said || { cat said; fail "not said: $line"; }
done
[ "$(cat hand-made/restored/e)" = "hello, world" ] && [ -f hand-made/restored/f ] || fail "what is good was not restored"
[ -z "$(ls outside)" ] || fail "written outside of the target: $(ls outside)"

# What is in the place of another is refused, what is not ours is passed over, and nobody waits for a fifo or follows a link.
bs-init --plain places
export BACKSHIFT_REPOSITORY=$TMP/places
first=$(save one sample)
save two texts --subset "a b.c" > /dev/null
restore places > savesets
grep -q '^two/a b.c@' savesets && grep -q '^one@' savesets && [ "$(wc -l < savesets)" -eq 2 ] || fail "$(cat savesets)"
touch places/.DS_Store places/index/.nfs0001 places/savesets/.DS_Store places/savesets/Thumbs.db places/savesets/one/._x places/packs/.stfolder
touch "$(dirname "$(find places/packs -type f | head -n 1)")/x.tmp"
restore places > savesets 2> said
[ ! -s said ] || { cat said; fail "what is not ours was spoken of"; }
[ "$(wc -l < savesets)" -eq 2 ] || fail "$(cat savesets)"
mkfifo places/index/0123456789abcdef0123456789abcdef
ln -s "$TMP/places/savesets/one" places/savesets/three
cp -r places/savesets/one places/savesets/four
status=0
timeout 20 "$PYTHON" "$ROOT/examples/restore.py" places > savesets 2> said || status=$?
[ $status -eq 65 ] && [ "$(wc -l < savesets)" -eq 2 ] || { cat savesets said; fail "status $status"; }
timeout 20 "$PYTHON" "$ROOT/examples/restore.py" places "$first" > listing 2>> said || true
[ "$(wc -l < listing)" -eq "$(find sample -printf x | wc -c)" ] || { cat said; fail "of $first $(wc -l < listing) entries are listed"; }
for line in 'index/0123456789abcdef0123456789abcdef: is not a regular file' 'three: is a symbolic link' 'four/.*: it is of another host or subset'; do
  grep -q "$line" said || { cat said; fail "not said: $line"; }
done
