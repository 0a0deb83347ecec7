# Members of every type that there is, and of some that there are not, become what GNU tar makes of them, or are named; what is stored is always a tree.
# only: bin
. "${0%/*}/lib.sh"
need tar
need_root

# archive NAME PYTHON: an archive out of an expression.
archive() {
  PYTHONPATH=$ROOT/tests/scripts "$PYTHON" -c "import sys
from odd_archive import *
sys.stdout.buffer.write(($2) + END)" > "$1.tar"
}
# as_tar NAME: bs-untar has status 0 and makes of the archive what tar makes.
as_tar() {
  rm -rf tar us && mkdir tar us
  tar -xpf "$1.tar" -C tar || fail "$1: tar does not read it"
  expect_status 0 bs-untar < "$1.tar" > stream 2> said
  expect_empty said
  bs-tar - < stream | tar -xpf - -C us
  same_tree tar us --without mtime
}
# named NAME TEXT…: status 3, with each text on standard error; and a repository takes the stream.
named() {
  local archive=$1 text
  shift
  expect_status 3 bs-untar < "$archive.tar" > stream 2> said
  for text; do
    grep -qF -- "$text" said || fail "$archive: '$text' is not in: $(cat said)"
  done
  (bs-chunk < stream || true) | (bs-store --init --plain --host "$archive" repository || true) > /dev/null 2>&1
  expect_status 0 bs-check repository > /dev/null
}

# Each as tar has it.
archive plain 'member(b"d/", type=b"5") + member(b"old/", type=b"\0") + member(b"d/f", b"1") + member(b"c", b"2", b"7") +
  member(b"l", type=b"1", target=b"d/f") + member(b"s", type=b"2", target=b"d") + member(b"p", type=b"6") +
  member(b"n", type=b"3", major=b"0000001\0", minor=b"0000003\0")'
as_tar plain
archive solaris 'pax(b"path=renamed", b"mtime=5.5", type=b"X") + member(b"f", b"1")'
as_tar solaris
archive global 'pax(b"uid=7", b"comment=x", type=b"g") + member(b"a", b"1") + pax(b"uid=8") + member(b"b", b"2") + member(b"c", b"3")'
as_tar global
archive long 'member(b"././@LongLink", b"n" * 200 + b"\0", b"L", magic=b"ustar  \0") + member(b"././@LongLink", b"t" * 300 +
  b"\0", b"K", magic=b"ustar  \0") + member(b"x", type=b"2", target=b"cut") + member(b"y", b"1")'
as_tar long
archive charset 'pax(b"hdrcharset=BINARY", b"path=\xff\xfe") + member(b"f", b"1")'
as_tar charset
archive prefix 'member(b"f", b"1", prefix=b"a/b")'
as_tar prefix
archive files-become-directories 'member(b"d", b"1") + member(b"d/", type=b"5") + member(b"d/x", b"2") + member(b"e/", type=b"5") + member(b"e", b"3")'
as_tar files-become-directories
archive stale-size 'member(b"a", b"1") + header(b"b", 1, b"1", target=b"a") + member(b"c", b"2")'
as_tar stale-size

# A hard link with content, as pax -o linkdata writes it, which GNU tar takes for damage.
archive linkdata 'member(b"a", b"content") + pax(b"size=7") + member(b"b", b"content", b"1", target=b"a") + member(b"c", b"content", b"1", target=b"a") +
  member(b"z", b"2")'
expect_status 0 bs-untar < linkdata.tar > stream 2> said
expect_empty said
mkdir linkdata && bs-tar - < stream | tar -xf - -C linkdata
[ "$(cat linkdata/a linkdata/b linkdata/c linkdata/z)" = contentcontentcontent2 ] || fail "linkdata"
[ linkdata/a -ef linkdata/b ] && [ linkdata/a -ef linkdata/c ] || fail "linkdata: not one file"
archive linkdata-alone 'member(b"b", b"content", b"1", target=b"a") + member(b"z", b"2")'
named linkdata-alone 'b: is a link with content, and not to "a", which does not precede it; kept as a file'
[ "$(bs-cat -r repository linkdata-alone@latest b)" = content ] || fail "linkdata-alone"
archive linkdata-last 'member(b"a", b"") + member(b"b", b"content", b"1", target=b"a") + member(b"z", b"2")'
expect_status 0 bs-untar < linkdata-last.tar > stream
[ "$(bs-chunk < stream | bs-store --host last repository > name; bs-cat -r repository "$(cat name)" a)" = content ] ||
  fail "the content of a link is not that of the file"

# Nothing below a file, and no file in place of a directory with entries: tar says the same.
archive below 'member(b"f", b"1") + member(b"f/x", b"2") + member(b"s", type=b"2", target=b"d") + member(b"s/x", b"3") + member(b"d/", type=b"5") +
  member(b"d/y", b"4") + member(b"d", b"5") + member(b"z", b"6")'
named below 'f/x: lies below "f", which is not a directory' 's/x: lies below "s", which is not a directory' 'd: comes again, not as a directory'
[ "$(bs-ls -r repository below@latest | tr '\n' ' ')" = "d/ d/y f s z " ] || fail "below: $(bs-ls -r repository below@latest)"

# What is of no known type is a file, as POSIX wants it; the rest is named.
archive unknown 'member(b"odd", b"1", b"9") + member(b"acl", b"2", b"A") + member(b"esc", b"3", b"\x1b") + member(b"z", b"4")'
named unknown 'odd: is of type "9", which is not known; kept as a file' 'acl: is of type "A"' 'esc: is of type 0x1b'
[ "$(bs-cat -r repository unknown@latest odd acl esc z)" = 1234 ] || fail "unknown types"
archive volume 'member(b"Label", type=b"V") + member(b"f", b"rest", b"M") + member(b"z", b"4")'
named volume 'the label of the archive, "Label", is not kept' 'f: continues from another volume; skipped'
archive nul 'pax(b"linkpath=a\0b") + member(b"s", type=b"2") + pax(b"linkpath=a\0b") + member(b"l", type=b"1") + pax(b"LIBARCHIVE.xattr.user.a%00b=eA==") +
  member(b"z", b"1")'
named nul 's: its target contains a NUL' 'l: is a link to "a\x00b": the path contains a NUL' 'z: an attribute cannot have the name "user.a'
archive owner 'member(b"f", b"1", user=b"j\xf6rg")'
named owner 'f: the name of its user, "j\xf6rg", is not UTF-8; left out'
archive body 'member(b"d/", b"content", b"5") + member(b"z", b"1")'
named body 'd/: 7 bytes follow it in the archive, which nothing of its type can have; skipped'
archive alone 'member(b"a", b"1") + pax(b"path=nobody")'
named alone 'the last header of the archive describes a member that is missing'

# Volumes of a real archive: the second begins in the middle of a file.
head -c 300000 /dev/urandom > large
for format in gnu pax; do
  tar -c -M -L 200 --format=$format -f one.tar -f two.tar -f three.tar large 2> /dev/null
  expect_status 65 bs-untar < one.tar > stream 2> said
  status=0
  bs-untar < two.tar > stream 2> said || status=$?
  # The form of pax has a name of its own for the rest, and tar keeps it.
  [ $status -eq 3 ] && grep -q 'large: continues from another volume; skipped\|large.2: is only the rest of "large", which began' said ||
    fail "$format: status $status, $(cat said)"
done
# Incremental archives.
mkdir -p inc/sub && echo 1 > inc/f && echo 2 > inc/sub/g
tar -c --listed-incremental=snapshot -f level0.tar inc
rm inc/f && mkdir inc/f && echo 3 > inc/f/h
tar -c --listed-incremental=snapshot -f level1.tar inc
for level in 0 1; do
  expect_status 0 bs-untar < level$level.tar > stream 2> said
  expect_empty said
done
cat level0.tar level1.tar | expect_status 0 bs-untar -i > stream
bs-chunk < stream | bs-store --host inc repository > name
[ "$(bs-ls -r repository "$(cat name)" | tr '\n' ' ')" = "inc/ inc/f/ inc/f/h inc/sub/ inc/sub/g " ] || fail "a file that became a directory"
