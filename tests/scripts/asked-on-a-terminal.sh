# Passphrases are asked for on the terminal, also while standard input is a stream, and not shown.
. "${0%/*}/lib.sh"
mkdir tree
seq 1000 > tree/file
"$PYTHON" "$ROOT/tests/scripts/asked-on-a-terminal.py"
printf 'correct\n' > passphrase
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-tar -r repository h@latest | tar df -
