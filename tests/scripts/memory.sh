# No stage takes more than 128 MiB, whether there are many files or one large one.
# only: bin
. "${0%/*}/lib.sh"
[ -x /usr/bin/time ] || skip "no /usr/bin/time"
limit=131072
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
export BACKSHIFT_REPOSITORY=$work/repository
bs-init --plain

# measured NAME PROGRAM…: runs it; its peak in KiB is in NAME.kib.
measured() {
  local name=$1
  shift
  /usr/bin/time -q -f %M -o "$TMP/$name.kib" "$@"
}
judge() {
  local one
  for one in "$TMP"/*.kib; do
    echo "$1: $(basename "$one" .kib) $(tail -n 1 "$one") KiB"
    [ "$(tail -n 1 "$one")" -le $limit ] || fail "$1: $(basename "$one" .kib) took $(tail -n 1 "$one") KiB"
  done
  rm "$TMP"/*.kib
}
whole() {
  (cd "$1" && measured walk bs-walk . | measured chunk bs-chunk | measured store bs-store --host "$2") > /dev/null
  measured ls bs-ls "$2@latest" > /dev/null
  measured tar bs-tar "$2@latest" > /dev/null
  measured read bs-read "$2@latest" > /dev/null
  measured check bs-check --read-data > /dev/null
}

"$PYTHON" - "$work/many" << 'END2'
import os, sys
os.mkdir(sys.argv[1])
for d in range(100):
    os.mkdir(b"%s/directory-with-a-name-%d" % (os.fsencode(sys.argv[1]), d))
    for f in range(1000):
        with open(b"%s/directory-with-a-name-%d/file-with-a-name-%d" % (os.fsencode(sys.argv[1]), d, f), "wb") as file:
            file.write(b"%d\n" % (d * 1000 + f))
END2
whole "$work/many" many
judge "100,000 files"
# Each name of them by a list in no order, with a link for every tenth.
(cd "$work/many" && find . -name '*5' -type f -execdir ln {} {}-too \;)
(cd "$work/many" && find . -print0 | shuf -z | measured walk bs-walk | measured chunk bs-chunk | measured store bs-store --host many) > /dev/null
judge "100,000 files in no order"
rm -rf "$work/many"

# 3 GiB of data that repeats itself after 64 MiB, behind 64 GiB of nothing.
mkdir "$work/large"
head -c 67108864 /dev/urandom > "$work/piece"
truncate -s 64G "$work/large/file"
for _ in $(seq 48); do cat "$work/piece"; done >> "$work/large/file"
whole "$work/large" large
judge "a file of 67 GiB"
rm -rf "$work/large"
