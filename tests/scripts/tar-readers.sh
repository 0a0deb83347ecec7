# only: bin
# timeout: 900
# What bs-tar writes is what GNU tar, bsdtar and Python's tarfile read: everything in pax; in gnu and ustar all but what they have no place for,
# which is named. Also with holes, in parts, from a stream, and through bs-read into another repository.
. "${0%/*}/lib.sh"

"$PYTHON" "$ROOT/tests/scripts/awkward-tree.py" tree
# GNU tar gives the whole path to each system call, and takes part in no path of more than PATH_MAX.
(cd tree/deep && for ((i = 0; i < 18; i++)); do cd -P 0*/; done && rm -rf -- *)
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain repository
(cd tree && bs-walk . | bs-chunk | bs-store --host a) > name

# GNU tar, exactly.
bs-tar a@latest > pax.tar
mkdir gnu && tar xpf pax.tar --xattrs '--xattrs-include=*' --acls -C gnu 2> gnu.log
same_tree tree gnu
[ "$(du -sk gnu/contents | cut -f 1)" -le "$(($(du -sk tree/contents | cut -f 1) + 64))" ] || fail "holes were filled: $(du -sk tree/contents gnu/contents)"
# Of times outside of 1970 to now it says something; of differences nothing. (The file with the hole of 4 GiB has just been compared without reading all of it.)
(cd tree && tar --diff --exclude=contents/hole-huge -f - < ../pax.tar) 2>&1 | grep -v -e 'time stamp' > differences || true
expect_empty differences

# The same archive from a copy, to the byte; and from a stream, but for the holes: without the one of 4 GiB, which would be written and read as zeros.
rm tree/contents/hole-huge
(cd tree && bs-walk . | bs-chunk | bs-tar -) > stream.tar
mkdir stream && tar xpf stream.tar --xattrs '--xattrs-include=*' --acls -C stream 2> stream.log
same_tree tree stream
bs-init --plain other
bs-read a@latest | bs-store other > copied
expect_same name copied
bs-tar -r other a@latest > copy.tar
expect_same pax.tar copy.tar
bs-ls --json a@latest > listed
bs-ls --json -r other a@latest > listed.copy
expect_same listed listed.copy

# The other readers see every entry, and each regular file's bytes.
if command -v bsdtar > /dev/null; then
  [ "$(bsdtar tf pax.tar 2> /dev/null | wc -l)" -eq "$(tar tf pax.tar | wc -l)" ] || fail "bsdtar lists another number of entries"
fi
"$PYTHON" - tree pax.tar << 'END'
import os, sys, tarfile
count = 0
with tarfile.open(sys.argv[2]) as archive:
    for member in archive:
        if member.isreg():
            path = os.path.join(os.fsencode(sys.argv[1]), os.fsencode(member.name))
            # Those of GNU tar have been compared; here 4 GiB of zeros would be in memory.
            if member.name == "contents/hole-huge":
                assert member.size == 2 + (1 << 32), member.size
            elif len(path) < 4096:
                with open(path, "rb") as file:
                    assert archive.extractfile(member).read() == file.read(), member.name
                count += 1
assert count > 10, count
END

# gnu has a place for all but fractions of a second; what ustar refuses it names, and the rest is there.
bs-tar --format gnu a@latest | tar tf - > names.gnu
tar tf pax.tar > names
expect_same names names.gnu
expect_status 3 bs-tar --format ustar a@latest > ustar.tar 2> refused
[ "$(($(tar tf ustar.tar | wc -l) + $(grep -vc 'cannot hold its extended attributes' refused)))" -eq "$(wc -l < names)" ] ||
  fail "$(wc -l < refused) refused, $(tar tf ustar.tar | wc -l) written"

# One name of several of a file has the content, the others link to it; what is not there is named.
mkdir part
expect_status 66 bs-tar a@latest links no/such/path > part.tar 2> said
grep -q '^bs-tar: no/such/path: ' said
tar xpf part.tar -C part
same_tree tree/links part/links
