# A damaged archive loses what is damaged and no more: bs-untar goes on at the next header as GNU tar does, says where, and ends with 3. One that was cut off
# has no end: 65.
# only: bin
. "${0%/*}/lib.sh"
need tar
mkdir tree
for i in 1 2 3 4 5; do
  head -c "$((i * 700))" /dev/urandom > "tree/file$i"
done
head -c 3000 /dev/zero > tree/zeros
ln tree/file1 tree/link1

# A byte of each header changed in turn: all other members are there, whole, as tar has them.
for format in gnu pax v7; do
  tar -c --sort=name --format=$format -f whole.tar tree
  "$PYTHON" - << 'END'
archive = open("whole.tar", "rb").read()
at, number = 0, 0
while archive[at : at + 512].strip(b"\0"):
    size = int(archive[at + 124 : at + 135] or b"0", 8)
    damaged = bytearray(archive)
    damaged[at + 5] ^= 1
    open(f"damaged{number}.tar", "wb").write(damaged)
    open(f"damaged{number}.at", "w").write(str(at))
    at += 512 + (size + 511) // 512 * 512
    number += 1
END
  for archive in damaged*.tar; do
    expect_status 3 bs-untar < "$archive" > stream 2> said
    at=$(cat "${archive%.tar}.at")
    grep -q "damaged archive: a block that is not a header at byte $at, with no other\|$at; continued at the next header, at byte " said ||
      fail "$archive: $(cat said)"
    rm -rf tar us && mkdir tar us
    tar -xf "$archive" -C tar 2> /dev/null || true
    (bs-tar - < stream || true) 2> /dev/null | tar -xf - -C us
    # tar takes the zeros of a lost file for the end: what it has, and perhaps more, is here.
    (cd tar && find tree -type f | sort) | while read -r file; do
      cmp "tar/$file" "us/$file" || fail "$archive ($format): $file"
    done
    [ "$(find us -type f | wc -l)" -ge 5 ] || fail "$archive ($format): $(find us -type f)"
  done
  rm -f damaged*
done

# What is damaged in a member's own headers costs that member.
PYTHONPATH=$ROOT/tests/scripts "$PYTHON" - << 'END'
from odd_archive import *
sparse = (b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=f", b"GNU.sparse.realsize=100")
damaged = {
    "size": header(b"f", sizefield=b"garbage!!!!\0") + bytes(range(256)) * 2,
    "negative": header(b"f", sizefield=b"\xff" * 12), "blank": header(b"f", sizefield=b" " * 12),
    "long-name": header(b"././@LongLink", type=b"L", sizefield=b"none") + filled(b"name") + header(b"g"),
    "map": pax(*sparse) + member(b"x", filled(b"two\n") + b"data"), "map-large": pax(*sparse) + member(b"x", filled(b"1\n99\n2\n") + b"ab"),
    "map-none": pax(*sparse) + header(b"x"),
    "map-0.1": pax(b"GNU.sparse.size=100", b"GNU.sparse.numblocks=2", b"GNU.sparse.map=50,2,10,2") + member(b"f", b"abcd"),
    "map-missing": pax(b"GNU.sparse.size=100") + member(b"f", b"abcd"), "old-sparse": member(b"f", b"abcd", b"S", magic=b"ustar  \0"),
    "zero": bytes(512), "nul": pax(b"path=a\0b") + member(b"f", b"x"), "empty": member(b"", b"x"),
    "continued": member(b"f", b"rest", b"M"), "continued-pax": pax(b"GNU.volume.filename=f", b"GNU.volume.offset=512", type=b"g") + member(b"f.2", b"rest"),
    "huge": member(b"x", b"x" * 9000000, b"x") + member(b"f", b"x"),
}
for name, what in damaged.items():
    open(f"{name}.member", "wb").write(member(b"a", b"1") + what + member(b"z", b"2") + END)
END
for archive in *.member; do
  expect_status 3 bs-untar < "$archive" > stream 2> said
  bs-ls - < stream > names 2> /dev/null || [ $? -eq 3 ] || fail "$archive: the stream"
  [ "$(head -n 1 names)$(tail -n 1 names)" = az ] || fail "$archive: $(cat names)"
  # Each says so once.
  [ "$(wc -l < said)" -eq 1 ] || fail "$archive: $(cat said)"
done

# Ends: cut anywhere; without zeros; garbage behind the end, or instead of it; another archive.
size=$(stat -c %s whole.tar)
for length in 1 511 512 700 "$((size / 2))" 9000; do
  head -c "$length" whole.tar | expect_status 65 bs-untar > stream 2> said
  expect_status 65 bs-json < stream > lines 2> /dev/null
done
(head -c 2048 whole.tar && head -c 20000 /dev/urandom) > garbage.tar
expect_status 65 bs-untar < garbage.tar > stream 2> said
(cat whole.tar && head -c 20000 /dev/urandom) > behind.tar
expect_status 0 bs-untar < behind.tar > stream 2> said
expect_empty said
cat whole.tar whole.tar > two.tar
expect_status 0 bs-untar < two.tar > stream 2> said
grep -q -- 'more members follow the end of the archive, .*--ignore-zeros' said || fail "the second archive is not named"
expect_status 0 bs-untar -i < two.tar > stream 2> said
[ "$(bs-json < stream | grep -c '"kind":"entry"')" -eq 16 ] || fail "-i reads both"
