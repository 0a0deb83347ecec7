# Repositories as released versions wrote them (tests/repositories/v*) are read, and what comes out of them is what went in: with restore.py, and with
# the programs. The programs of today make a repository of the same content.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack :zstandard
export PYTHONDONTWRITEBYTECODE=1
restore() {
  "$PYTHON" "$ROOT/examples/restore.py" "$@"
}
root=
if [ "$(id -u)" -eq 0 ]; then root=yes; fi
need_xattrs

# as_expected DIRECTORY EXPECTED: the tree is the one that the list says. Without root there are no owners and no devices.
as_expected() {
  local lines
  lines=$(mktemp -d)
  tree_digest "$1" > "$lines/found"
  # mtime=any: whatever it is.
  "$PYTHON" - "$lines/found" "$2" "$root" << 'END'
import re, sys
def lines(name):
    return {line.split("\t")[0]: line for line in open(name, encoding="ascii").read().splitlines()}
found, expected, root = lines(sys.argv[1]), lines(sys.argv[2]), sys.argv[3]
wrong = []
for path in sorted(found.keys() | expected.keys()):
    a, b = found.get(path, ""), expected.get(path, "")
    if "mtime=any" in b:
        a = re.sub(r"mtime=\S+", "mtime=any", a)
    if not root:
        a, b = (re.sub(r"\t[ug]id=\d+", "", each) for each in (a, b))
        if not a and ("type=c" in b or "type=b" in b):
            continue
    if a != b:
        wrong += ["- " + b, "+ " + a]
print("\n".join(wrong[:40]))
sys.exit(1 if wrong else 0)
END
  local status=$?
  rm -rf "$lines"
  return $status
}

# check FOLDER REPOSITORY: everything that can be read of it.
check() {
  local name file status
  expect_same "$1/savesets.txt" <(restore "$2")
  cut -d ' ' -f 1 "$1/savesets.txt" > names
  while read -r name; do
    file=${name//[!A-Za-z0-9]/_}
    restore "$2" "$name" 2> /dev/null > "listing-$file"
    expect_same "$1/listing-$file.txt" "listing-$file"
    rm -rf restored
    status=0
    restore "$2" "$name" restored 2> said || status=$?
    [ "$status" -eq 0 ] || { [ -z "$root" ] && [ "$status" -eq 3 ]; } || { cat said; fail "restore.py ends with status $status"; }
    as_expected restored "$1/expected-$file.txt" || fail "restore.py: $name is not what it was"
    if has bs-tar && [ -n "$root" ]; then
      rm -rf restored
      mkdir restored
      # Directories that nobody saved are made by tar, and by restore.py, for the user alone.
      (umask 077 && bs-tar -r "$2" "$name" | tar xpf - --xattrs --xattrs-include='*' -C restored)
      # There are no sockets in a tar.
      as_expected restored <(grep -v $'\ttype=s\t' "$1/expected-$file.txt") || fail "bs-tar: $name is not what it was"
    fi
    if has bs-ls; then
      [ "$(bs-ls -r "$2" -0 "$name" | tr -dc '\0' | wc -c)" -eq "$(wc -l < "$1/listing-$file.txt")" ] || fail "bs-ls lists another number of entries"
    fi
  done < names
  if has bs-check; then bs-check -r "$2" --read-data; fi
}
has() {
  "$1" --help 2> /dev/null | grep -q "^usage: $1 "
}

for folder in "$ROOT"/tests/repositories/v*; do
  # A copy: nothing that is done here may touch it.
  rm -rf repository
  cp -r "$folder/repository" repository
  check "$folder" repository
  rm repository/index/*
  check "$folder" repository
done
"$ROOT/tests/repositories/make-v1.sh" "$TMP/today" > today.log 2>&1 || { cat today.log; fail "today's programs do not make it"; }
check "$ROOT/tests/repositories/v1" today/repository
