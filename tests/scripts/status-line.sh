# The status line on a terminal, of 80 columns, of 40, and of one that becomes narrower: entries and bytes of an estimate, rate, time left, a large file with
# its own share; it never wraps, and messages of all stages stand on lines of their own. The estimate comes from the base, from a count or from the file system.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir tree
head -c 60000000 /dev/urandom > tree/a
echo here > tree/gone
head -c 70000000 /dev/urandom > tree/large.img
save base tree > name

# A stream with a file that is gone when it is to be read.
walked() {
  echo here > tree/gone
  (cd tree && bs-walk .) > walked
  rm tree/gone
}
# shown WIDTHS: a slow save on a terminal; what was shown is in the file shown.
shown() {
  walked
  cat > pipeline << 'END2'
cd tree && bs-chunk < ../walked | "$PYTHON" "$ROOT/tests/scripts/throttle.py" 22 | bs-store --host base
END2
  expect_status 3 "$PYTHON" "$ROOT/tests/scripts/status-line.py" "$1" sh pipeline > shown
}
expect_shown() {
  walked
  grep -qE -- "$1" shown || { cat shown; fail "not on the terminal: $1"; }
}
share='[0-9]+%, ' bytes='[0-9.]+ MB of ~130 MB' rate='[0-9.]+ MB/s' left='0:0[0-9] left'

shown 80
expect_shown "^80 bs-store: ${share}[1-4] of ~4 entries, $bytes, $rate, $left"
expect_shown "^80 .*$share.*$bytes, $rate, $left  large.img [0-9]+%$"
# Each message has a row to itself, whoever says it, and at the end nothing is left but messages.
expect_shown '^screen bs-chunk: gone: No such file or directory$'
expect_shown '^screen bs-store: saved base@[0-9TZ.]+: 2 files, 130 MB, 1 problem; .* new, .* stored, in [0-9.]+ s$'
expect_shown '^screen base@[0-9TZ.]+$'
[ "$(grep -c '^screen .' shown)" -eq 3 ] || { cat shown; fail "more is left on the terminal than two messages and the name"; }

# Not on a terminal: nothing but what was asked for.
walked
(cd tree && bs-chunk < ../walked 2> /dev/null | bs-store --host base 2> ../said > ../name) || [ $? -eq 3 ] || fail "status $?"
expect_empty said

shown 40,40
expect_shown "^40 $share$bytes, $left$"
# Most of the time there was a status line; it was drawn about five times a second.
[ "$(grep -c '^40 ' shown)" -ge 8 ] || { cat shown; fail "hardly ever drawn"; }

shown 80,40,30
expect_shown "^80 bs-store: $share"
expect_shown "^40 $share$bytes, $left$"

# Where the numbers come from.
estimate() {
  grep -o '"of_entries":.*"estimate":"[a-z]*"' said | tail -n 1
}
(cd tree && bs-walk . | bs-chunk | bs-store --host base --progress json) > name 2> said
[ "$(estimate)" = '"of_entries":3,"of_bytes":130000000,"estimate":"base"' ] || { cat said; fail "not the numbers of the base: $(estimate)"; }
echo more > tree/more
(cd tree && bs-walk --count . | bs-chunk | bs-store --host base --progress json) > name 2> said
[ "$(estimate)" = '"of_entries":4,"of_bytes":130000005,"estimate":"count"' ] || { cat said; fail "not the numbers that were counted: $(estimate)"; }
(cd tree && bs-walk . | bs-chunk | bs-store --host new --progress json) > name 2> said
[ -z "$(estimate)" ] || { cat said; fail "an estimate from nowhere: $(estimate)"; }
bs-save -r repository --host base --count --progress json tree > name 2> said
[ "$(estimate)" = '"of_entries":4,"of_bytes":130000005,"estimate":"count"' ] || { cat said; fail "not what bs-save had counted: $(estimate)"; }
expect_status 64 bs-walk --count < /dev/null 2> said
# A copy shows packs and their bytes, and leaves nothing but its summary.
mkdir many
head -c 120000000 /dev/urandom > many/f
save many many > name
bs-init --like "$BACKSHIFT_REPOSITORY" replica
cat > pipeline << END2
bs-copy exec:"'$PYTHON' '$ROOT/tests/bench/link.py' 0.01 60000000 bs-serve '$BACKSHIFT_REPOSITORY'" replica
END2
"$PYTHON" "$ROOT/tests/scripts/status-line.py" 80 sh pipeline > shown
expect_row() { grep -qE "^80 bs-copy: $1" shown || { cat shown; fail "not on the terminal: a copy"; }; }
expect_row '[0-9]+%, [0-9]+ packs?, [0-9.]+ MB of ~[0-9.]+ MB, [0-9.]+ MB/s, (0:[0-9]+, )?0:[0-9]+ left'
[ "$(grep -c '^screen .' shown)" -eq 1 ] || { cat shown; fail "more is left on the terminal than the summary"; }
rm -rf replica
bs-init --like "$BACKSHIFT_REPOSITORY" replica
bs-copy --progress line "$BACKSHIFT_REPOSITORY" replica > name 2> said
grep -qE '^bs-copy: (100%, )?[0-9]+ packs, [0-9.]+ MB( of ~[0-9.]+ MB)?, [0-9.]+ MB/s, 0:[0-9]+$' said || { cat said; fail "the last line of a copy"; }

# Last, since it may not be permitted here: a file system.
small_disk 16m disk
head -c 5000000 /dev/urandom > disk/file
(cd disk && bs-walk -x . | bs-chunk | bs-store --host disk --progress json) > name 2> said
wanted="\"of_entries\":$(df --output=iused disk | tail -n 1 | tr -d ' '),\"of_bytes\":$(($(stat -f -c '(%b - %f) * %S' disk))),\"estimate\":\"filesystem\""
[ "$(estimate)" = "$wanted" ] || { cat said; fail "not the numbers of the file system, $wanted: $(estimate)"; }
