# The recipe of backshift-vault(7), with a real ssh server and the example that it names: a host that only adds, and a vault that expires and collects without
# reading.
# only: bin
# takes: 8
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sshd.sh"
keys all web
client() { HOME=$SSH_HOME XDG_STATE_HOME='' "$ROOT/examples/vault-client.sh" "$@"; }
echo "restrict $(cat all-key.pub)" > authorized
start_sshd
printf 'correct horse battery staple\n' > passphrase
export BACKSHIFT_REPOSITORY=$SSH_REPOSITORY

# The admin: the repository, its key, and what a host gets.
BACKSHIFT_PASSPHRASE_FILE=passphrase as all bs-init
BACKSHIFT_PASSPHRASE_FILE=passphrase as all bs-key export > root.key
export BACKSHIFT_KEY_FILE=$TMP/root.key
as all bs-key host web > web.key
as all bs-key collector > collector.key
folder=$(as all bs-key folder web)

# The vault lets it in, and refuses what is no public key, or could mean more than it says.
client "$SSH_HOME/repository" "$folder" 20M < web-key.pub > line
grep -q '^restrict,command="bs-serve --append-only --host [^ ]* --as [^ ]* --log [^ ]* --quota 20M --account [^ ]* [^ ]*/repository" ssh-ed25519 ' line ||
  fail "$(cat line)"
cat line >> authorized
expect_status 65 client "$SSH_HOME/repository" web < passphrase 2> said
expect_status 66 client "$SSH_HOME/repository" web < /dev/null 2> said
for bad in 'web" command="sh' 'a b' "a'b" 'a$(id)' ''; do
  expect_status 64 client "$SSH_HOME/repository" "$bad" < web-key.pub 2> said
done
expect_status 64 client "$SSH_HOME/repository" < web-key.pub 2> said

# The host saves, and can do nothing else.
mkdir tree
head -c 2000000 /dev/urandom > tree/noise
seq 50000 > tree/numbers
first=$(with web.key as web bs-save --host web tree)
seq 50001 > tree/numbers
second=$(with web.key as web bs-save --host web tree)
for no in "bs-tar $second" "bs-expire --last $second" "bs-collect"; do
  # shellcheck disable=SC2086
  ! with web.key as web $no > out.text 2> said || fail "a host may: $no"
done
head -c 20000000 /dev/urandom > tree/more
expect_status 77 with web.key as web bs-save --host web tree > out.text 2> said
grep -q 'quota of this client is used up' said || fail "said: $(cat said)"
grep -q " $folder put packs/" "$SSH_HOME/.local/state/backshift-vault/log" || fail "the log: $(cat "$SSH_HOME/.local/state/backshift-vault/log")"
rm tree/more

# The vault expires and collects, and reads nothing.
(
  export BACKSHIFT_KEY_FILE=$TMP/collector.key BACKSHIFT_REPOSITORY=$SSH_HOME/repository
  bs-expire --keep-last 1
  bs-collect > collected
  ! bs-cat "$second" tree/numbers > out.text 2> said || fail "the vault reads"
)
! as all bs-tar "$first" > out.text 2>&1 || fail "$first has not been expired"

# The admin checks and restores.
as all bs-check --read-data > checked || fail "$(cat checked)"
mkdir restored
as all bs-restore web@latest tree -C restored
diff -r tree restored/tree
