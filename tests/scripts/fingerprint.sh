# A storage that knows a file cannot tell from lengths and reads whether it is in an encrypted repository; in a plain one, the same attack succeeds.
# only: bin
# takes: 40
. "${0%/*}/lib.sh"
need strace
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
strace -o log -e trace=pread64 true 2> /dev/null || skip "strace may not trace here"
printf 'correct horse\n' > passphrase
BACKSHIFT_PASSPHRASE_FILE='' bs-init --plain --codec none plain
for each in sealed foreign; do
  BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init --codec none $each
  BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r $each export > $each.key
done
mkdir run
cd run
attack() { "$PYTHON" "$ROOT/tests/scripts/fingerprint.py" "$@" | tee found; }
# expect WHAT COMPARISON NUMBER
expect() { awk -v what="$1" -v number="$3" '$1 == what { exit !($2 '"$2"' number) }' found || fail "$1: $2 $3 was expected: $(cat found)"; }
echo "plain:"
attack 8 ../plain -
expect lengths '>=' 5
expect reads '>=' 5
echo "encrypted:"
attack 12 ../sealed ../sealed.key ../foreign ../foreign.key
# One of 12 is right by chance, seven or more once in 100,000 times.
for what in reads foreign-lengths foreign-reads; do expect $what '<' 7; done
