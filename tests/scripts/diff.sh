# bs-diff tells what was added, removed and changed, and in what, between two savesets and between a saveset and the disk; nothing where nothing is.
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p tree/d/e tree/odd
head -c 300000 /dev/urandom > tree/data
cp tree/data tree/same-size
cp tree/data tree/grows
echo one > tree/mode
echo two > tree/time
echo three > tree/gone
echo four > tree/turns
ln -s there tree/symlink
ln tree/data tree/link
truncate -s 3M tree/hole
printf 'a name' > tree/odd/$'new\nline \xff'
touch -h -d 2020-01-02T03:04:05.678901234Z tree/* tree/d/e tree/odd/*
first=$(save h tree)

# Nothing: between a saveset and itself, the disk by size and time, and the disk byte by byte.
expect_status 0 bs-diff "$first" @latest > out
expect_status 0 sh -c "cd tree && bs-walk . | bs-diff $first -" >> out
expect_status 0 sh -c "cd tree && bs-walk . | bs-chunk | bs-diff $first -" >> out
[ ! -s out ] || { cat out; fail "differences where there are none"; }

# However a file is cut and whether or not its holes are holes, its bytes are the same.
cp --sparse=never --preserve=all tree/hole hole && cat hole > tree/hole && touch -r hole tree/hole
expect_status 0 sh -c "cd tree && bs-walk . | bs-chunk --average 4K | bs-diff $first -" > out
[ ! -s out ] || { cat out; fail "other cuts taken for other contents"; }

# One change of each kind.
printf x | dd of=tree/same-size bs=1 seek=123456 conv=notrunc status=none
touch -d 2020-01-02T03:04:05.678901234Z tree/same-size
echo more >> tree/grows
chmod 751 tree/mode
touch -d 2021-01-01T00:00:00Z tree/time
rm tree/gone
rm tree/turns && mkdir tree/turns
ln -sf elsewhere tree/symlink && touch -h -d 2020-01-02T03:04:05.678901234Z tree/symlink
rm tree/link && cp -a tree/data tree/link
echo new > tree/d/e/new
second=$(save h tree)
cat > wanted << 'END'
M mtime ./
A file d/e/new
D file gone
M content,mtime grows
M links link
M mode mode
M content same-size
M content symlink
M mtime time
M type turns/
END
differences() {
  # Directories change their times by what happens in them.
  grep -v '^M mtime d/e/$'
}
bs-diff "$first" "$second" > out && fail "differences and status 0"
differences < out | diff wanted - || fail "two savesets"
(cd tree && bs-walk . | bs-chunk | bs-diff "$first" -) > out && fail "differences on the disk and status 0"
differences < out | diff wanted - || fail "the disk, with contents"
# Without contents, what has its old size and time passes for unchanged.
(cd tree && bs-walk . | bs-diff "$first" -) > out || [ $? -eq 1 ] || fail "status"
differences < out | diff <(grep -v same-size wanted) - || fail "the disk, without contents"
# The other way round.
bs-diff "$second" "$first" > out || [ $? -eq 1 ] || fail "status"
differences < out | diff <(tr AD DA < wanted | sed 's,turns/,turns,') - || fail "the other way round"

# Parts, aspects, forms.
[ "$(bs-diff "$first" "$second" grows d/e/new)" = $'A file d/e/new\nM content,mtime grows' ] || fail "paths"
[ "$(bs-diff --ignore mtime,mode --ignore content "$first" "$second" grows mode time link)" = "M links link" ] || fail "--ignore"
[ "$(bs-diff -0 "$first" "$second" grows d/e/new | tr '\0' '|')" = 'A file d/e/new|M content,mtime grows|' ] || fail "-0"
[ "$(bs-diff --json "$first" "$second" grows)" = '{"change":"changed","path":"grows","type":"file","aspects":["content","mtime"]}' ] || fail "--json"
expect_status 1 bs-diff -q "$first" "$second" > out
[ ! -s out ] || fail "-q writes"
expect_status 0 bs-diff -q "$first" "$second" data odd
expect_status 66 bs-diff "$first" "$second" nowhere 2> said
grep -q 'nowhere: is in neither' said || fail "a missing path is not named"
expect_status 64 bs-diff --ignore colour "$first" "$second" 2> said
grep -q 'colour: is not one of' said || fail "a wrong aspect is not named"

# A stream without an end, and one that tells of problems.
(cd tree && bs-walk .) | head -c 300 > cut
expect_status 65 bs-diff "$second" - < cut > out 2> said
expect_status 3 sh -c "printf 'nothing-there\\0' | bs-walk | bs-diff $second - time" > out 2> said
[ "$(cat out)" = "D file time" ] || fail "what a problem concerns"
