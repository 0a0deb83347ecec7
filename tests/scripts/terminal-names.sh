# No control byte of a name reaches a terminal, by no program, message or listing: ESC, BEL, newlines, DEL, C1 as UTF-8 and as bytes, direction marks.
# A pipe gets the bytes of a name as they are.
# only: bin
. "${0%/*}/lib.sh"
"$PYTHON" "$ROOT/tests/scripts/terminal-names.py"

mkdir plain
touch plain/$'esc\e[31m\x9b'
bs-walk plain | bs-ls - | grep -qaxF $'plain/esc\e[31m\x9b' || fail "a pipe does not get the name as it is"
