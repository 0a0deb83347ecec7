# A repository of version 0, from before 1.0, is refused by every program that opens it: with status 65 and one line that says so. Nothing in it
# changes.
# only: bin
. "${0%/*}/lib.sh"
cp -r "$ROOT/tests/repositories/old-v0/repository" repository
chmod -R u+w repository
export BACKSHIFT_REPOSITORY=$TMP/repository PYTHONDONTWRITEBYTECODE=1
name=golden@20231114T221320Z
mkdir tree
echo content > tree/file
(cd tree && bs-walk --host golden . > ../walked && env -u BACKSHIFT_REPOSITORY bs-chunk < ../walked > ../stream)
bs-init --plain other
bs-store --forward other < stream > references
files() {
  (cd repository && find . -type f -exec sha256sum {} + | sort)
}
files > before

# refused PROGRAM…: hints do not count.
refused() {
  local status=0
  "$@" > out 2> said || status=$?
  [ $status -eq 65 ] || { cat said; fail "status $status from $*"; }
  grep -v '^[a-z_.-]*: hint: ' said > lines || true
  [ "$(wc -l < lines)" -eq 1 ] && grep -q 'is of version 0, from before Backshift 1\.0' lines ||
    { cat said; fail "$* does not say in one line that it is of version 0"; }
  expect_empty out
}
refused bs-ls
refused bs-ls "$name"
refused bs-tar "$name"
refused bs-cat "$name" docs/text
refused bs-read "$name"
refused bs-check
refused bs-check --read-data
refused bs-diff "$name" "$name"
refused bs-since < walked
refused sh -c 'cd tree && bs-chunk -r "$BACKSHIFT_REPOSITORY" < ../walked'
refused bs-store < stream
refused bs-store --init --plain < stream
refused bs-store --forward < stream
refused bs-index < references
# In a pipe each program says it; the last one decides.
expect_status 65 sh -c 'cd tree && bs-save --host golden . > ../out 2> ../said'
expect_text 'is of version 0, from before Backshift 1.0' cat said
expect_empty out
if "$PYTHON" -c 'import msgpack, zstandard' 2> /dev/null; then
  refused "$PYTHON" "$ROOT/examples/restore.py" repository
  refused "$PYTHON" "$ROOT/examples/restore.py" repository "$name" restored
  refused "$PYTHON" "$ROOT/tests/formats/small_writer.py" store repository < stream
fi
files > after
expect_same before after
