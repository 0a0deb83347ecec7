# Slots for age(1): the key comes back by age alone, by every program, and by a plug-in; slots that others made, and exchanged repositories, are refused.
# only: bin
. "${0%/*}/lib.sh"
need age age-keygen jq :msgpack :cryptography
printf 'correct horse\n' > passphrase
printf 'another\n' > new-passphrase
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase XDG_STATE_HOME=$TMP/state BACKSHIFT_REPOSITORY=$TMP/repository
mkdir tree
seq 50000 > tree/numbers
bs-init
bs-save tree > name
bs-key export > key
age-keygen -o alice 2> said
age-keygen -o bob 2> said
age-keygen -o mallory 2> said
recipient() { age-keygen -y "$1"; }

bs-key add --age "$(recipient alice)" --note "for alice"
printf '# deputies\n%s\n\n%s\n' "$(recipient bob)" "$(recipient alice)" > recipients
bs-key add --age-file recipients --note deputies
bs-key list > listed
grep -q 'passphrase' listed && grep -q 'age1.*for alice' listed && grep -q 'age1.*+1 .*deputies' listed || fail "$(cat listed)"
bs-key list --json | jq -s -e 'map(.kind) | sort == ["age", "age", "passphrase"]' > /dev/null || fail "$(bs-key list --json)"
[ "$(bs-key list --json | jq -r 'select(.note == "deputies") | .recipients[0]')" = "$(recipient bob)" ] || fail "$(bs-key list --json)"
slot=$(bs-key list | awk '/for alice/ { print $1 }')

# With age and sed alone: what comes out is what every program takes as a key.
sed -n '/^-----BEGIN AGE/,/^-----END AGE/p; /^-----END AGE/q' "repository/keys/$slot" | age -d -i alice > recovered
grep '^BACKSHIFT-KEY-1' key | expect_same - recovered
bs-key export "${slot:0:6}" | age -d -i alice | expect_same - recovered
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_KEY_FILE=recovered bs-ls > seen
if "$PYTHON" -c 'import zstandard' 2> /dev/null; then
  age -d -i alice <(bs-key export "$slot") | BACKSHIFT_KEY_FILE=/dev/stdin "$PYTHON" "$ROOT/examples/restore.py" repository "$(cat name)" restored
  diff -r tree restored/tree
fi

# Every program, by identity; the second slot for bob is found after that for alice has refused him.
bs-ls > listed
unset BACKSHIFT_PASSPHRASE_FILE
for who in alice bob; do
  BACKSHIFT_AGE_IDENTITY=$who bs-ls 2> said | expect_same listed -
  expect_empty said
done
BACKSHIFT_AGE_IDENTITY=bob bs-save tree > name 2> said
BACKSHIFT_AGE_IDENTITY=bob bs-tar "$(cat name)" | tar df -
bs-walk tree | BACKSHIFT_AGE_IDENTITY=alice bs-chunk -r repository | BACKSHIFT_AGE_IDENTITY=alice bs-store --host piped > name

# What goes wrong is said in one line.
refused() {
  local wanted=$1
  shift
  status=0
  timeout 60 setsid "$@" > seen 2> said < /dev/null || status=$?
  [ $status -eq 77 ] && grep -q "$wanted" said && ! grep -q '^   at ' said || fail "$*: status $status: $(cat said)"
}
BACKSHIFT_AGE_IDENTITY=mallory refused 'opens none of its slots for age: no identity matched' bs-ls
BACKSHIFT_AGE_IDENTITY=missing refused 'opens none of its slots for age: .*missing' bs-ls
BACKSHIFT_AGE_IDENTITY=recipients refused 'opens none of its slots' bs-ls
BACKSHIFT_AGE_IDENTITY=alice refused 'there is none' env PATH=$BIN bs-ls
grep -q 'apt-get install age' said || fail "said: $(cat said)"
BACKSHIFT_KEY_FILE=key refused 'there is none' env PATH=$BIN bs-key add --age "$(recipient bob)"
refused 'is encrypted, and there is no key' bs-ls
export BACKSHIFT_KEY_FILE=$TMP/key
expect_status 64 bs-key add --age age1nobody 2> said
grep -q 'age: .*recipient' said || fail "said: $(cat said)"
expect_status 64 bs-key list --age "$(recipient bob)" 2> said
expect_status 64 bs-key add --age "$(recipient bob)" --new-passphrase-file passphrase 2> said
expect_status 64 bs-key export "$(bs-key list | awk '/passphrase/ { print $1 }')" 2> said
expect_status 64 bs-key change "$slot" --new-passphrase-file passphrase 2> said
[ "$(bs-key list --json | wc -l)" -eq 3 ] || fail "a slot was made by a call that failed"
# Commands in the working directory are not run.
printf '#!/bin/sh\ntouch "%s/was-run"\n' "$TMP" > age
chmod +x age
bs-key add --age "$(recipient bob)"
[ ! -e was-run ] || fail "a program of the working directory was run"
rm age

# Changed, removed, and the last one stays. Only by age, a repository opens as well.
bs-key change "$slot" --age "$(recipient bob)"
[ "$(bs-key list | grep -c 'for alice')" -eq 1 ] || fail "$(bs-key list)"
bs-key export "$(bs-key list | awk '/for alice/ { print $1 }')" | age -d -i bob | expect_same - recovered
for each in $(bs-key list | awk '!/for alice/ { print $1 }' | grep -v SLOT); do bs-key remove "$each"; done
expect_status 65 bs-key remove "$(ls repository/keys)" 2> said
unset BACKSHIFT_KEY_FILE
BACKSHIFT_AGE_IDENTITY=bob bs-ls | grep -q piped@ || fail "nothing is listed"
BACKSHIFT_PASSPHRASE_FILE=passphrase refused 'its key is in slots for age, and there is no identity' bs-ls

# The key from elsewhere, by a pipe.
age -d -i bob <(bs-key export "$(ls repository/keys)") | bs-key import --new-passphrase-file new-passphrase --note imported
BACKSHIFT_PASSPHRASE_FILE=new-passphrase bs-ls > seen
bs-key import --age "$(recipient alice)" < key
sed 's/.$/Q/' recovered > mistyped
cmp -s recovered mistyped && sed -i 's/.$/P/' mistyped
expect_status 77 bs-key import --new-passphrase-file passphrase < mistyped 2> said
grep -q 'copied wrong' said || fail "said: $(cat said)"
expect_status 77 bs-key import --new-passphrase-file passphrase < /dev/null 2> said
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init other
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r other export > other-key
expect_status 77 bs-key import --new-passphrase-file passphrase < other-key 2> said
grep -q 'is that of another repository' said || fail "said: $(cat said)"

# Slots of somebody else: with other content, another key, of another size. They keep nobody out, and alone they open nothing.
hostile() {
  local wanted=$1
  rm -rf hostile
  cp -a repository hostile
  made=$("$PYTHON" "$ROOT/tests/formats/age_slot.py" hostile "$2" "$3")
  BACKSHIFT_AGE_IDENTITY=bob bs-ls -r hostile > seen 2> said || fail "$wanted: a sound slot does not open any more: $(cat said)"
  find hostile/keys -type f ! -name "$made" -delete
  status=0
  BACKSHIFT_AGE_IDENTITY=bob timeout 60 bs-ls -r hostile > seen 2> said || status=$?
  [ $status -eq 65 ] && grep -q "$wanted" said || fail "$wanted: status $status: $(cat said)"
}
echo "no key at all" | age -a -r "$(recipient bob)" > forged
hostile 'has something else than a key' forged key
head -c 20000 /dev/zero | base64 | age -a -r "$(recipient bob)" > forged
hostile 'none of its . key slots can be read\|has no key slot that this program knows' forged key
yes | head -c 9000 | age -a -r "$(recipient bob)" > forged
rm -rf hostile
cp -a repository hostile
find hostile/keys -type f -delete
"$PYTHON" "$ROOT/tests/formats/age_slot.py" hostile forged key > made
BACKSHIFT_AGE_IDENTITY=bob refused 'has written more than 4096 bytes' bs-ls -r hostile
tail -n 1 other-key | age -a -r "$(recipient bob)" > forged
hostile 'has the key of another repository' forged key
hostile 'has a key that opens nothing here' forged other-key

# Anybody can make an age file for a recipient: another repository in the place of this one is noticed by who has opened it before.
cp -a repository place
BACKSHIFT_AGE_IDENTITY=bob bs-ls -r place > seen
BACKSHIFT_KEY_FILE=other-key bs-key -r other add --age "$(recipient bob)"
rm -rf place
cp -a other place
BACKSHIFT_AGE_IDENTITY=bob refused 'does not have the key that it had' bs-ls -r place
BACKSHIFT_AGE_IDENTITY=bob refused 'does not have the key that it had' bs-save -r place tree
[ -z "$(find place/savesets -type f 2> /dev/null)" ] || fail "something was saved into an exchanged repository"
find state -type f | while read -r file; do rm "$file"; done
BACKSHIFT_AGE_IDENTITY=bob bs-ls -r place > seen
env -u XDG_STATE_HOME -u HOME BACKSHIFT_AGE_IDENTITY=bob "$BIN/bs-ls" -r place > seen 2> said
grep -q 'is not remembered' said || fail "said: $(cat said)"
grep -rqa "$(tail -n 1 key | cut -c 15-)" state && fail "the key is in what is remembered"

# A plug-in in place of a hardware key: what it says comes through.
with_plugin() { PATH=$ROOT/tests/formats:$PATH "$@"; }
BACKSHIFT_AGE_IDENTITY=bob with_plugin bs-key add --age "$(with_plugin age-plugin-test print recipient)" --note plugged 2> said || fail "$(cat said)"
with_plugin age-plugin-test print identity > plugged
find repository/keys -type f ! -name "$(bs-key list | awk '/plugged/ { print $1 }')" -delete
BACKSHIFT_AGE_IDENTITY=plugged with_plugin bs-ls 2> said | grep -q piped@ || fail "a plug-in does not open it: $(cat said)"
grep -q 'please touch the test key' said || fail "what the plug-in says is not shown: $(cat said)"
BACKSHIFT_AGE_IDENTITY=plugged refused 'opens none of its slots' bs-ls

# An age that never ends, or writes without end, is not waited for; one that fails says why.
mkdir bin
printf '#!/bin/sh\nexec yes\n' > bin/age
chmod +x bin/age
BACKSHIFT_AGE_IDENTITY=bob refused 'has written more than' env PATH=$BIN:$TMP/bin:/bin bs-ls
printf '#!/bin/sh\ncat > /dev/null; echo "touch your key" >&2; echo "age: error: no hardware key" >&2; exit 1\n' > bin/age
BACKSHIFT_AGE_IDENTITY=bob refused 'slots for age: no hardware key' env PATH=$BIN:$TMP/bin:/bin bs-ls
grep -q 'touch your key' said || fail "what age says is not shown: $(cat said)"
