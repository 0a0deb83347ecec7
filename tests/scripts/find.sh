# bs-find shows every version of files by name or path: with which saveset each came, which was the last to have it, and whether it stays, changed or has gone.
# only: bin
. "${0%/*}/lib.sh"
need jq
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p tree/home/anna tree/etc
echo one > tree/etc/passwd
echo draft > tree/home/anna/thesis.odt
printf 'odd' > tree/home/anna/$'new\nline.odt'
echo text > tree/home/anna/notes.txt
touch -d 2026-01-01T00:00:00Z tree/etc/passwd tree/home/anna/*
first=$(save web tree --time 2026-02-01T00:00:00Z)
echo final > tree/home/anna/thesis.odt
touch -d 2026-02-02T00:00:00Z tree/home/anna/thesis.odt
second=$(save web tree --time 2026-02-02T00:00:00Z)
rm tree/home/anna/thesis.odt
echo two >> tree/etc/passwd
touch -d 2026-02-03T00:00:00Z tree/etc/passwd
third=$(save web tree --time 2026-02-03T00:00:00Z)
other=$(save mail tree --time 2026-02-04T00:00:00Z)

# Names, wherever they are.
bs-find '*.odt' > out
cat > wanted << END
$other $other stays file 3 2026-01-01T00:00:00Z home/anna/new
line.odt
$first $third stays file 3 2026-01-01T00:00:00Z home/anna/new
line.odt
$first $first changed file 6 2026-01-01T00:00:00Z home/anna/thesis.odt
$second $second gone file 6 2026-02-02T00:00:00Z home/anna/thesis.odt
END
expect_same out wanted
[ "$(bs-find -0 '*.odt' | tr -cd '\0' | wc -c)" -eq 4 ] || fail "-0"

# A path, and a directory with what is below it; patterns inside of one; of one host; between two times.
[ "$(bs-find --host web --path etc/passwd)" = "$first $second changed file 4 2026-01-01T00:00:00Z etc/passwd
$third $third stays file 8 2026-02-03T00:00:00Z etc/passwd" ] || fail "--path"
[ "$(bs-find --host mail --path /home/ | awk '{ print $NF }' | tr '\n' '|')" = \
  'home/|home/anna/|home/anna/new|line.odt|home/anna/notes.txt|' ] || fail "a directory"
[ "$(bs-find --path home 'n*' --host web --until 2026-02-01 -0 | tr '\0\n' '|?' )" = \
  "$first $first stays file 3 2026-01-01T00:00:00Z home/anna/new?line.odt|$first $first stays file 5 2026-01-01T00:00:00Z home/anna/notes.txt|" ] || fail "both"
[ "$(bs-find 'home/*/thesis.odt' --since 2026-02-02 | wc -l)" -eq 1 ] || fail "a pattern of paths"
[ "$(bs-find 'anna/' --host web | awk '{ print $4, $NF }' | sort -u)" = "dir home/anna/" ] || fail "a pattern of directories"

# JSON says the same, and has the bytes.
bs-find --json '*.odt' --host web | jq -r '[.path, .type, .size, .first, .last, .then, .mtime] | @json' > out
cat > wanted << END
["home/anna/new\\nline.odt","file",3,"$first","$third","stays","2026-01-01T00:00:00.000000000Z"]
["home/anna/thesis.odt","file",6,"$first","$first","changed","2026-01-01T00:00:00.000000000Z"]
["home/anna/thesis.odt","file",6,"$second","$second","gone","2026-02-02T00:00:00.000000000Z"]
END
expect_same out wanted

# What was found can be restored.
bs-find --json thesis.odt | jq -r 'select(.then == "gone") | .last' > last
[ "$(bs-cat "$(cat last)" home/anna/thesis.odt)" = final ] || fail "the last version"

# Nothing is an error, and so is no question.
expect_status 66 bs-find '*.nothing' > out 2> said
expect_empty out
grep -qx 'bs-find: no match in 4 savesets' said || { cat said; fail "nothing is not said"; }
expect_status 66 bs-find --path nowhere --path etc > out 2> said
[ -s out ] && grep -qx 'bs-find: nowhere: is in none of 4 savesets' said || { cat said; fail "a missing path"; }
expect_status 64 bs-find 2> said
expect_status 66 bs-find --host nobody x 2> said

# An incomplete saveset takes nothing away; what only it has is found.
echo new > tree/new
(cd tree && bs-walk --host web . | bs-chunk | head -c 900) | bs-store --time 2026-02-05T00:00:00Z > /dev/null 2>&1 && fail "a cut stream was stored as whole"
bs-find --host web --path etc/passwd --path home/anna/notes.txt | awk '$3 == "gone"' > out
expect_empty out

# What cannot be read is named, and the status tells.
rm repository/packs/*/*
expect_status 65 bs-find '*' > out 2> said
grep -q "$first: is searched only in part: " said || { cat said; fail "damage is not said"; }
