# bs-key unlock: the user's lines need no passphrase for a time, until the key is locked again, and for this repository alone.
# only: bin
# takes: 5
. "${0%/*}/lib.sh"
printf 'correct horse\n' > passphrase
mkdir tree
seq 10000 > tree/file
for name in repository other; do BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init $name; done
unlock() { BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r repository unlock "$@" 2> said; }
refused() {
  expect_status 77 setsid -w "$@" > seen 2> said < /dev/null
  grep -q 'is encrypted, and there is no key' said || fail "$*: $(cat said)"
}
unlock --for 1h || { grep -q keyring said && skip "$(cat said)"; fail "$(cat said)"; }
at_exit bs-key -r repository lock
# Another session, without a terminal.
setsid -w sh -c 'find tree -print0 | bs-walk | bs-chunk -r repository | bs-store repository --host h' > name < /dev/null
setsid -w bs-save -r repository --host h tree > second < /dev/null
for saved in name second; do setsid -w bs-tar -r repository "$(cat $saved)" < /dev/null | tar df -; done
refused bs-ls -r other
[ "$(find tree repository -newer passphrase -type f -exec grep -lF 'correct horse' {} + | wc -l)" = 0 ] || fail "the passphrase is in a file"

bs-key -r repository lock
refused bs-ls -r repository
refused bs-save -r repository --host h tree

# The kernel forgets it when the time is over.
unlock --for 2h
grep -i backshift /proc/keys > keys || skip "/proc/keys does not show the key"
awk '$4 ~ /^(2h|119m|1h)/ { found = 1 } END { exit !found }' keys || fail "the kernel keeps it for another time: $(cat keys)"
