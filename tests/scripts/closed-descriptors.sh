# A program whose standard input, output or error is closed says so in one line and does nothing: it would else take a file of the runtime's own for its
# records, or write its words into the repository.
# only: bin
# takes: 40
. "${0%/*}/lib.sh"

# refused STATUS COMMAND…: it ends at once, and with 64.
refused() {
  local status=0
  "$@" || status=$?
  [ $status -eq 64 ] || { cat said; fail "status $status: $*"; }
}
# without 0|1|2|all COMMAND…: COMMAND with that descriptor closed.
without() {
  local which=$1
  shift
  case $which in
  0) timeout 60 "$@" <&- > out 2> said ;;
  1) timeout 60 "$@" < /dev/null >&- 2> said ;;
  2) timeout 60 "$@" < /dev/null > out 2>&- ;;
  all) timeout 60 "$@" <&- >&- 2>&- ;;
  esac
}
# A descriptor that is closed is refused whatever the arguments; these would do something with it.
one_line() {
  [ "$(grep -vc ': hint: ' said)" -eq 1 ] || { cat said; fail "not one line of $1"; }
  grep -qx "$1: $2 is closed" said || { cat said; fail "$1 does not say that $2 is closed"; }
}
while read -r program; do
  case $program in
  bs-init | bs-check | bs-store | bs-index | bs-since) arguments=(repository) ;;
  bs-ls | bs-tar) arguments=(-) ;;
  bs-cat | bs-read) arguments=(-r repository @latest) ;;
  bs-walk | bs-save) arguments=(.) ;;
  bs-copy) arguments=(repository other) ;;
  bs-wrap) arguments=(name) ;;
  *) arguments=() ;;
  esac
  : > said
  refused without 0 "$program" "${arguments[@]}"
  one_line "$program" "standard input"
  expect_empty out
  refused without 1 "$program" "${arguments[@]}"
  one_line "$program" "standard output"
  : > said
  refused without 2 "$program" "${arguments[@]}"
  expect_empty out
  refused without all "$program" "${arguments[@]}"
done < <("$ROOT/build/programs")
refused without 0 backshift bs-ls -
one_line bs-ls "standard input"
[ ! -e repository ] || fail "something was made"

# Open is open, whatever it leads to: a device, a directory, one way only, a descriptor that was moved there.
bs-init --plain repository
bs-walk said | bs-chunk > stream
bs-store --host open repository < stream > name 2> /dev/null
expect_status 0 bs-ls -r repository < / > out
expect_status 0 bs-ls -r repository 0> written > out
exec 5< stream
expect_status 0 bs-ls - <&5- > out
grep -qx said out || fail "a descriptor that was moved is not read"
