# A repository behind a server that is a command: bs-serve, and the one of examples/, which knows backshift-object(5) alone. All that is done with a directory
# is done through it, plain and encrypted, and afterwards the directory is a repository like any other.
# only: bin
# takes: 80
. "${0%/*}/lib.sh"
need :msgpack
export PYTHONDONTWRITEBYTECODE=1
printf 'correct horse battery staple\n' > passphrase
mkdir -p tree/sub
head -c 1000000 /dev/urandom > tree/random
seq 60000 > tree/sub/numbers
ln -s random tree/link
ln tree/random tree/sub/hard
touch -d '2026-01-01 12:00:00.123456789' tree/random tree/sub/numbers

good() { "$@" > out 2>&1 || { local status=$?; cat out; fail "status $status: $*"; }; }
said_once() { [ "$(grep -vc ': hint: ' said)" -eq 1 ] && grep -q "$1" said || { cat said; fail "not one line with '$1'"; }; }
left() { find "repository/$1" -type f 2> /dev/null | wc -l; }
size() { du -s --apparent-size -B 1 "repository/$1" | cut -f 1; }
as_it_was() { (bs-tar "$1" | tar --diff -f -) > differences 2>&1 && [ ! -s differences ] || { cat differences; fail "$1 is not what was saved"; }; }

# everything LOCATION [OPTION…]: all that is done with the repository that is in $TMP/repository too. Options are for bs-init.
everything() {
  local location=$1 one two before pack saveset status=0
  shift
  rm -rf repository
  bs-init "$@" "$location"
  expect_status 73 bs-init "$@" "$location" 2> said
  said_once 'there is already a repository'

  # The lines of the README, with the location as an operand and with -r.
  one=$(find tree -xdev -print0 | bs-walk | bs-chunk -r "$location" | bs-store --host h "$location")
  [ "$(bs-ls -r "$location" | cut -d ' ' -f 1)" = "$one" ] || fail "bs-ls: $(bs-ls -r "$location")"
  bs-ls -r "$location" "$one" | grep -qx tree/sub/numbers || fail "bs-ls of $one: $(bs-ls -r "$location" "$one")"
  rm -rf restored
  mkdir restored
  good bs-restore -r "$location" "$one" tree/sub/numbers -C restored
  cmp tree/sub/numbers restored/tree/sub/numbers

  # bs-save, and once more with nothing new.
  export BACKSHIFT_REPOSITORY=$location
  as_it_was "$one"
  # A file that changed less than two seconds before a save is read again by the next one.
  sleep 2.1
  bs-save --host h tree > name 2> said || { cat said; fail "bs-save: status $?"; }
  two=$(cat name)
  before=$(size packs)
  sleep 1.1
  bs-save -v --host h tree > name 2> said || { cat said; fail "bs-save: status $?"; }
  grep -q '3 files, 3 of them unchanged' said || { cat said; fail "not all is unchanged"; }
  [ $(($(size packs) - before)) -lt 20000 ] || fail "a save of the same added $(($(size packs) - before)) bytes"
  as_it_was "$(cat name)"
  rm -rf restored
  mkdir restored
  good bs-restore "$two" -C restored
  same_tree tree restored/tree
  bs-cat "$two" tree/random | cmp - tree/random
  good bs-check --read-data
  [ "$(left intents)$(left tmp)" = 00 ] || { ls repository/intents repository/tmp; fail "something is left over"; }

  # What is given up, and the space of it.
  head -c 400000 /dev/urandom > tree/more
  sleep 1.1
  bs-save --host h tree > more 2> said || { cat said; fail "bs-save: status $?"; }
  rm tree/more
  good bs-expire --last "$(cat more)" "$one"
  [ "$(bs-ls | wc -l)" -eq 2 ] || { bs-ls; fail "not two savesets"; }
  before=$(size packs)
  good bs-collect
  [ $((before - $(size packs))) -gt 350000 ] || { cat out; fail "no space was won"; }
  good bs-check --read-data

  # Damage, and what mends it: a pack by its parity, a saveset by its second copy. What is mended is as old as before.
  good bs-parity
  pack=$(find repository/packs -type f -size +100k | head -n 1)
  saveset=$(find repository/savesets -type f | sort | head -n 1)
  printf ROT | dd of="$pack" bs=1 seek=5000 conv=notrunc status=none
  printf ROT | dd of="$saveset" bs=1 seek=60 conv=notrunc status=none
  touch -d '2026-01-02 12:00:00.123456789' "$saveset"
  before=$(stat -c %.Y "$saveset")
  expect_status 65 bs-check --read-data > out 2>&1
  bs-check --repair --read-data > out 2> said || status=$?
  bs-check --read-data > again 2>&1 || { cat out said again; fail "it was not mended (status $status)"; }
  [ "$(stat -c %.Y "$saveset")" = "$before" ] || fail "the saveset that was mended has another time"
  as_it_was "$two"

  # Without the server.
  BACKSHIFT_REPOSITORY=$TMP/repository
  good bs-check --read-data
  as_it_was "$two"
  find repository -type f ! -perm 600 -o -type d ! -perm 700 > modes
  expect_empty modes
  [ "$(left tmp)" -eq 0 ] || fail "left in tmp: $(ls repository/tmp)"
  unset BACKSHIFT_REPOSITORY
}

for server in "bs-serve" "'$PYTHON' '$ROOT/examples/object_server.py'"; do
  echo "$server"
  everything "exec:exec $server '$TMP/repository'" --plain
  (
    export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase XDG_STATE_HOME=$TMP/state
    everything "exec:exec $server '$TMP/repository'"
  )
done
