# Forks (named streams), which only Windows has: every stage passes them on as they are, and where one ends that has no place for them they are problems and
# mark their files.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
cat > write.py << 'EOF'
import msgpack, sys
def write(kind, **keys):
    sys.stdout.buffer.write(msgpack.packb({"kind": kind, **keys}))
write("begin", version=1, host="pc")
for path, count in ((b"a", 2), (b"b", 1), (b"dir", 1)):
    if path == b"dir":
        write("entry", path=path, type="dir")
    else:
        write("entry", path=path, type="file", size=5, content=True)
        write("data", bytes=b"hello")
    for n in range(count):
        write("fork", path=path, name=b"Zone.Identifier%d" % n, size=6, offset=0, bytes=b"Zon")
        write("fork", path=path, name=b"Zone.Identifier%d" % n, size=6, offset=3, bytes=b"eId")
write("entry", path=b"gone", type="file", size=3, source=b"/nowhere/at/all", dev=1)
write("fork", path=b"gone", name=b"s", size=0, offset=0, bytes=b"")
write("end")
EOF
"$PYTHON" write.py > stream
bs-json < stream > lines
[ "$(grep -c '^{"kind":"fork"' lines)" -eq 9 ] || fail "$(cat lines)"
bs-json --back < lines > again || fail "bs-json --back"
expect_same stream again

# In place, behind the content; those of a file that is left out are left out with it.
status=0
bs-since < stream | bs-chunk > cut 2> said || status=$?
[ $status -eq 3 ] || fail "status $status"
bs-json < cut | sed 's/^{"kind":"\([a-z]*\)".*/\1/' | tr '\n' ' ' > kinds
[ "$(cat kinds)" = "begin entry chunk fork fork fork fork entry chunk fork fork entry fork fork problem end " ] || fail "$(cat kinds)"

expect_status 3 bs-store < cut > saveset 2> said
printf 'bs-store: %s: its fork Zone.Identifier%s of 6 bytes is not stored\n' a 0 a 1 b 0 dir 0 > wanted
expect_same wanted said
[ "$(bs-ls --problems "$(cat saveset)" | grep -c 'Zone.Identifier')" -eq 4 ] || fail "$(bs-ls --problems "$(cat saveset)")"
bs-ls -l "$(cat saveset)" > lines
[ "$(grep -c '^[-d].........!' lines)" -eq 3 ] || fail "$(cat lines)"
expect_good

# Through bs-store --forward they go on to bs-index.
bs-store --forward < cut > forwarded 2> said || [ $? -eq 3 ] || fail "$(cat said)"
bs-json < forwarded | sed 's/^{"kind":"\([a-z]*\)".*/\1/' | tr '\n' ' ' > forwarded-kinds
expect_same kinds forwarded-kinds
expect_status 3 bs-index < forwarded > saveset 2> said
[ "$(grep -c 'Zone.Identifier' said)" -eq 4 ] || fail "$(cat said)"

expect_status 3 bs-tar - < cut > tar 2> said
[ "$(grep -c 'an archive cannot hold its fork Zone.Identifier' said)" -eq 4 ] || fail "$(cat said)"
tar -tf tar > names
