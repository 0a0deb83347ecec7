# No stream and no other program leads bs-restore out of the directory: not names that are absolute or have "..", not a path through a link that the stream
# or somebody else
# made, and not a directory that is exchanged for a link and back, as fast as that goes, while files are restored into it.
# only: bin
# timeout: 600
. "${0%/*}/lib.sh"
need :msgpack

mkdir outside
echo precious > outside/file
touch -d @1000000000 outside/file outside
digest() { tree_digest outside; }
digest > untouched

# stream NAME < lines of Python: a stream with what they write.
stream() {
  { cat <<'END'; cat; } | "$PYTHON" - > "$1"
import msgpack, sys
def w(**m): sys.stdout.buffer.write(msgpack.packb(m))
def file(path, content=b"evil", **more):
    w(kind="entry", path=path, type="file", mode=0o666, size=len(content), content=True, **more)
    w(kind="data", bytes=content)
w(kind="begin", version=1, host="evil")
END
}
end='w(kind="end", entries=1)'
for path in /etc/evil ../evil a/../../evil . .. a//b ./a a/ ''; do
  stream bad <<< "file(b'$path')
$end"
  mkdir -p disk
  status=0
  bs-restore - -C disk < bad > out 2> said || status=$?
  [ "$status" -ne 0 ] && [ -s said ] || fail "status $status for a file called '$path'"
  ! grep -q '^   at ' said || fail "a stack trace for '$path': $(cat said)"
  [ -z "$(find disk -mindepth 1)" ] && [ ! -e evil ] && [ ! -e /etc/evil ] || fail "written for '$path'"
done
rm -rf disk

# Through links that the stream makes, relative and absolute, and that were there; links to files and directories outside.
through() {
  stream bad
  status=0
  bs-restore - -C disk < bad > out 2> said || status=$?
  [ "$status" -eq 3 ] || fail "status $status: $(cat said)"
  digest | expect_same untouched -
}
mkdir disk
through << END
w(kind="entry", path=b"d", type="symlink", target=b"../outside")
file(b"d/file")
file(b"d/new")
w(kind="entry", path=b"d/dir", type="dir", mode=0o777)
w(kind="entry", path=b"d/l", type="symlink", target=b"x")
w(kind="entry", path=b"e", type="symlink", target=b"$TMP/outside/file")
w(kind="entry", path=b"hard", type="link", target=b"d/file")
file(b"good")
$end
END
[ "$(cat disk/good)" = evil ] || fail "what came after was not restored"
[ "$(grep -c 'lies below d, which is not a directory; left out' said)" = 4 ] || fail "$(cat said)"
[ ! -e disk/hard ] || fail "a hard link was made through a link"
rm -rf disk
mkdir disk
ln -s "$TMP/outside" disk/d
through << END
file(b"d/file")
w(kind="entry", path=b"d/sub/dir", type="dir", mode=0o777)
$end
END
# A file that replaces a link does not write through it, and its attributes are not those of what it led to.
rm -rf disk
mkdir disk
ln -s "$TMP/outside/file" disk/file
stream bad << END
file(b"file", mtime=msgpack.Timestamp(5, 0))
w(kind="entry", path=b"d", type="symlink", target=b"../outside")
w(kind="entry", path=b"d", type="dir", mode=0o777)
w(kind="entry", path=b"d2", type="symlink", target=b"../outside", mode=0o777, uid=12345, mtime=msgpack.Timestamp(5, 0))
$end
END
bs-restore - -C disk < bad 2> said || [ $? -eq 3 ] || fail "$(cat said)"
digest | expect_same untouched -
[ ! -L disk/file ] && [ ! -L disk/d ] || fail "$(ls -l disk)"

# A directory that another program exchanges for a link again and again, and a file too.
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p tree/d/e
for i in $(seq 300); do echo "$i" > "tree/d/e/$i"; ln -s x "tree/d/e/l$i"; mkdir "tree/d/e/d$i"; mkfifo "tree/d/e/f$i"; done
ln tree/d/e/1 tree/d/hard
mkdir outside/e
touch -d @1000000000 outside
digest > untouched
saveset=$(save h tree)
rm -rf disk
mkdir -p disk/d/e
"$PYTHON" - "$TMP" << 'END' &
import os, sys
os.chdir(sys.argv[1] + "/disk")
os.mkdir("../links")
os.symlink("../outside", "../links/d")
os.symlink("../../outside/e", "../links/e")
turn = 0
while not os.path.exists("../stop"):
    turn += 1
    for inner, name in (("d/e", "e"), ("d", "d")):
        try:
            os.rename(inner, "../links/kept")
            os.rename("../links/" + name, inner)
            os.rename(inner, "../links/" + name)
            os.rename("../links/kept", inner)
        except OSError:
            # The restore has put a directory there.
            if os.path.islink(inner):
                os.rename(inner, "../links/" + name)
            if os.path.isdir("../links/kept"):
                os.rename("../links/kept", "../old%d" % turn)
            os.makedirs("d/e", exist_ok=True) if not os.path.islink("d") else None
END
racer=$!
at_exit bash -c "kill $racer 2> /dev/null || true"
for turn in $(seq 12); do
  status=0
  how=()
  [ $((turn % 2)) = 0 ] || how+=(--only-changed)
  [ $((turn % 3)) = 0 ] || how+=(--delete)
  timeout 60 bs-restore "$saveset" -C disk "${how[@]}" > out 2> said || status=$?
  [ $status -eq 0 ] || [ $status -eq 3 ] || { head -n 20 said; fail "status $status"; }
  ! grep -q '^   at ' said || fail "a stack trace: $(cat said)"
  tree_digest outside | expect_same untouched -
done
touch stop
wait $racer || true
rm -rf disk
mkdir disk
bs-restore "$saveset" -C disk
same_tree tree disk
