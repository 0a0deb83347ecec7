# A repository that a newer Backshift made is not written to, nor read, unless what it requires is understood: one that is encrypted, cut by something else
# than p16, or that requires a word which is not known, is refused by every program with 65 and by name. One that only writers must understand, or whose codec
# is not known, is read as ever and refused to writers.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack
mkdir tree
echo "a secret that must not be stored in plain text" > tree/file
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
name=$(save h tree)
bs-walk tree > walked
(cd tree && bs-walk . | bs-chunk) > stream
bs-store --forward < stream > references
cp -a repository base

# configured PYTHON: the configuration with a change, and a right checksum.
configured() {
  rm -rf repository
  cp -a base repository
  rm repository/backshift
  "$PYTHON" - "$1" << 'END'
import hashlib, msgpack, struct, sys
file = open("base/backshift", "rb").read()
c = msgpack.unpackb(file[36:36 + struct.unpack_from("<I", file, 32)[0]], timestamp=0)
exec(sys.argv[1])
body = msgpack.packb(c)
front = file[:32] + struct.pack("<I", len(body)) + body
open("repository/backshift", "wb").write(front + hashlib.sha256(front).digest())
END
  (cd repository && find . -type f -exec sha256sum {} + | sort) > before
}
# refused PROGRAM…: with 65, a line that names the configuration, nothing on standard output and nothing changed.
refused() {
  local status=0
  "$@" > out 2> said || status=$?
  [ $status -eq 65 ] || { cat said; fail "$what: status $status from $*"; }
  [ "$(grep -vc '^bs-[a-z]*: hint: ' said)" -eq 1 ] && grep -q "$TMP/repository/backshift: " said ||
    { cat said; fail "$what: $* does not say which repository"; }
  expect_empty out
  (cd repository && find . -type f -exec sha256sum {} + | sort) > after
  expect_same before after
}
writers() {
  refused bs-store --host h < stream
  refused bs-store --forward < stream
  refused bs-index --host h < references
}
readers() {
  refused bs-ls
  refused bs-tar "$name"
  refused bs-cat "$name" file
  refused bs-read "$name"
  refused bs-check
  refused bs-diff "$name" "$name"
  refused bs-since < walked
  refused bs-chunk -r "$TMP/repository" < walked
}
for change in 'c["sealing"] = {"name": "aes-256-gcm"}' 'c["cutter"]["name"] = "zz99"' 'c["requires"] = ["refs"]'; do
  what=$change
  configured "$change"
  writers
  readers
done
for change in 'c["requires_write"] = ["moons"]' 'c["codec"] = "brotli:11"'; do
  what=$change
  configured "$change"
  writers
  bs-ls > out
  expect_saved "$name" tree
  [ "$(bs-cat "$name" file)" = "$(cat tree/file)" ] || fail "$what: bs-cat"
  expect_good --read-data
  bs-since < walked | bs-chunk -r "$TMP/repository" | bs-ls - > out
done
what="known keys only"
configured 'c["requires"] = []; c["requires_write"] = []; c["colour"] = "blue"'
bs-store --host h < stream > name
expect_saved "$(cat name)" tree
