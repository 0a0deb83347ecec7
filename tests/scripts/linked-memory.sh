# Files with several names take no memory each: 300,000 names (with BACKSHIFT_LONG=1 ten million) are saved with the content under the name that comes first,
# and restored whole and in part, each file with its content once, below the same 160 MiB whatever their number.
# only: bin
# timeout: 7200
. "${0%/*}/lib.sh"
[ -x /usr/bin/time ] || skip "no /usr/bin/time"
count=150000
[ -z "${BACKSHIFT_LONG:-}" ] || count=5000000
limit=163840
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

measured() {
  local name=$1
  shift
  /usr/bin/time -q -f '%M KiB %e s' -o "$TMP/$name.peak" "$@"
}
judge() {
  local one
  for one in "$TMP"/*.peak; do
    echo "$1: $(basename "$one" .peak) $(tail -n 1 "$one")"
    [ "$(tail -n 1 "$one" | cut -d ' ' -f 1)" -le $limit ] || fail "$1: $(basename "$one" .peak) took $(tail -n 1 "$one")"
    rm "$one"
  done
}

for seed in 0 1; do
  "$PYTHON" "$ROOT/tests/scripts/linked-stream.py" $count $seed | measured store bs-store --host linked$seed > /dev/null
  judge "in order $seed"
  # Files and links by directory: type, name up to the first slash, and what it is a link of.
  summary() {
    LC_ALL=C tar --list -v -f - |
      awk '{ t = substr($1, 1, 1); n[t " " substr($6, 1, 1) (t == "h" ? " " substr($9, 1, 1) : "")]++ } END { for (k in n) print k, n[k] }' | sort
  }
  measured tar bs-tar linked$seed@latest | summary > all
  [ "$(cat all)" = "- a $count"$'\n'"h b a $count" ] || fail "everything: $(cat all)"
  measured tar-part bs-tar linked$seed@latest b | summary > part
  [ "$(cat part)" = "- b $count" ] || fail "b: $(cat part)"
  # Names in both directories, the first of them left out for half of the files.
  measured tar-half bs-tar linked$seed@latest --exclude '/a/*[02468ace]' --format gnu | summary > half
  [ "$(awk '/^-/ { n += $NF } END { print n }' half)" = $count ] || fail "some have no content, or twice: $(cat half)"
  judge "restore $seed"
done
