# An encrypted repository: the user's lines, keys and passphrases, what it shows, damage, and what must be refused.
# only: bin
# takes: 60
. "${0%/*}/lib.sh"
need jq
printf 'correct horse battery staple\n' > passphrase
printf 'something else\n' > wrong

mkdir -p home/alice "home/a directory whose name is known"
echo "the quick brown fox is known plaintext" > home/alice/letter.txt
head -c 3000000 /dev/urandom > home/alice/photo
seq 200000 > home/alice/numbers
ln home/alice/numbers home/alice/again
truncate -s 5M home/alice/hole

# Made with a passphrase; nothing is asked where there is no terminal.
for command in "bs-init repository" "bs-store --init repository" "bs-save -r repository --init home"; do
  # shellcheck disable=SC2086 # words
  expect_status 64 setsid -w $command 2> said
  grep -q 'no terminal to ask' said && grep -q 'BACKSHIFT_PASSPHRASE_FILE.*--plain' said || fail "$command says: $(cat said)"
  [ ! -e repository ] || fail "$command: a repository without a passphrase was made"
done
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init repository
expect_status 77 setsid -w bs-ls -r repository 2> said
grep -q 'is encrypted, and there is no key' said || fail "said: $(cat said)"
BACKSHIFT_PASSPHRASE_FILE=wrong expect_status 77 bs-ls -r repository 2> said
grep -q 'the passphrase is wrong' said || fail "said: $(cat said)"

# The user's lines, as they are for any repository.
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase
find home -print0 | bs-walk | bs-chunk -r repository | bs-store repository --host secrethost > name
bs-ls -r repository "$(cat name)" | grep -q letter.txt
mkdir out
bs-tar -r repository "$(cat name)" | tar xf - -C out
diff -r home out/home
[ "$(stat -c %h out/home/alice/again)" -eq 2 ] || fail "a hard link was lost"

# A command that gives the passphrase gets nothing of the stream.
bs-walk home | bs-chunk -r repository | BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_PASSPHRASE_COMMAND="cat > eaten; cat '$TMP/passphrase'" \
  bs-store repository --host secrethost --subset command > /dev/null
[ ! -s eaten ] || fail "the command for the passphrase could read the stream"

# Made by --init, it is encrypted too. bs-save makes it before bs-chunk cuts, so the next save finds the same chunks.
bs-walk home | bs-chunk | bs-store made --init > /dev/null 2>&1
[ "$(bs-key -r made list --json | wc -l)" -eq 1 ] || fail "a repository made by --init is not encrypted"
bs-save -r made-first --init --host h home > /dev/null 2> said
expect_empty said
[ "$(bs-key -r made-first list --json | wc -l)" -eq 1 ] || fail "a repository made by bs-save --init is not encrypted"
before=$(find made-first/packs -type f | wc -l)
bs-save -r made-first --full --host h home > /dev/null
[ "$(find made-first/packs -type f | wc -l)" -eq "$before" ] || fail "the first save was cut otherwise than the second"

# Several that make it at once: one slot is left. What an interrupted creation has left is in nobody's way.
for n in 1 2 3; do
  bs-save -r at-once --init --host "h$n" home > at-once.$n 2> at-once.said.$n &
done
wait
for n in 1 2 3; do
  bs-tar -r at-once "$(cat at-once.$n)" | tar df - || fail "writer $n: $(cat at-once.said.$n)"
done
[ "$(bs-key -r at-once list --json | wc -l)" -eq 1 ] || fail "$(bs-key -r at-once list)"
mkdir interrupted
cp -r made/CACHEDIR.TAG made/keys interrupted
bs-init interrupted
bs-save -r interrupted --host h home > /dev/null
mkdir -p user/keys
expect_status 73 bs-init user 2> said
grep -q 'is not empty' said || fail "said: $(cat said)"

# One that is not encrypted has no use for a passphrase.
expect_status 64 bs-init --plain unwanted 2> said
grep -q 'a key or passphrase is given' said || fail "said: $(cat said)"
[ ! -e unwanted ] || fail "it was made"

# A pipeline that cuts without knowing the key is stored all the same, and says that it costs room.
find home -print0 | bs-walk | bs-chunk 2> said | bs-store repository --host secrethost --subset bykeyless > other 2> said.store
grep -q 'chunked with other parameters' said.store || fail "said: $(cat said.store)"
bs-tar -r repository "$(cat other)" | tar df -

# Nothing but what changed is stored again, and everything is sound.
echo more >> home/alice/letter.txt
bs-save -r repository --host secrethost home > second
bs-ls -r repository | tee listed | grep -q "$(cat second)"
bs-check -r repository --read-data > checked
grep -q 'no damage' checked || fail "$(cat checked)"
added=$(bs-ls -r repository --json | jq -s --arg name "$(cat second)" 'map(select(.name == $name))[0].added')
[ "$added" -lt 100000 ] || fail "an unchanged tree was stored again: $added bytes"

# Every program that opens a repository finds the key.
bs-cat -r repository "$(cat second)" home/alice/letter.txt | cmp - home/alice/letter.txt
bs-find -r repository '*.txt' | grep -q letter.txt
bs-stat -r repository | grep -q secrethost
bs-report -r repository | grep -q secrethost
bs-diff -r repository "$(cat name)" "$(cat second)" | grep -q letter.txt
mkdir restored.by.us
bs-restore -r repository "$(cat second)" -C restored.by.us
diff -r home restored.by.us/home
bs-parity -r repository --share 10% > /dev/null
bs-walk home | bs-since -r repository | bs-chunk -r repository | bs-store -r repository --forward --host secrethost | bs-index -r repository > third
bs-tar -r repository "$(cat third)" | tar df -
bs-ls -r repository > listed

# Whatever is known of it is looked for in every byte, and in every name. The same in a plain repository is found.
BACKSHIFT_PASSPHRASE_FILE='' bs-init --plain plain
BACKSHIFT_PASSPHRASE_FILE='' bs-save -r plain --host secrethost home > /dev/null
looks_for() {
  local needle
  for needle in secrethost alice letter.txt 'known plaintext' 'whose name' bykeyless; do
    if grep -rqF -- "$needle" "$1" || find "$1" | grep -qF -- "$needle"; then
      echo "$needle"
    fi
  done
}
[ -z "$(looks_for repository)" ] || fail "the repository shows $(looks_for repository)"
[ -n "$(looks_for plain)" ] || fail "nothing was found in a plain repository either"

# Every object but the configuration, the slot, parity and the tag of caches is encrypted: the byte at offset 9.
find repository -type f ! -name CACHEDIR.TAG | while read -r file; do
  case $file in
  repository/backshift | repository/keys/* | repository/parity/*) wanted=0 ;;
  *) wanted=1 ;;
  esac
  [ "$(od -A n -t u1 -j 9 -N 1 "$file" | tr -d ' ')" = "$wanted" ] || fail "$file: its sealing is not $wanted"
done

# The key as text, from a file, by a reader that was written from the page alone.
bs-key -r repository export > key
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_KEY_FILE=key bs-ls -r repository | expect_same listed -
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_KEY_FILE=key expect_status 77 bs-init with-key 2> said
grep -q 'needs a passphrase' said || fail "said: $(cat said)"
[ ! -e with-key ] || fail "a repository that could not be opened was made"
if "$PYTHON" -c 'import cryptography, msgpack, zstandard' 2> /dev/null; then
  BACKSHIFT_KEY_FILE=key "$PYTHON" "$ROOT/examples/restore.py" repository "$(cat second)" restored
  diff -r home restored/home
fi
sed 's/.$/Q/' key > mistyped
sed -n 2p mistyped | cmp -s - <(sed -n 2p key) && sed -i 's/.$/P/' mistyped
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_KEY_FILE=mistyped expect_status 77 bs-ls -r repository 2> said
grep -q 'copied wrong' said || fail "said: $(cat said)"
BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase bs-init other-repository
bs-key -r other-repository export > other-key
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_KEY_FILE=other-key expect_status 77 bs-ls -r repository 2> said
grep -q 'is that of another repository' said || fail "said: $(cat said)"
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_KEY_FILE=other-key expect_status 77 bs-key -r repository export 2> said

# Slots.
printf 'second\n' > second-passphrase
bs-key -r repository add --new-passphrase-file second-passphrase --note laptop
[ "$(bs-key -r repository list --json | wc -l)" -eq 2 ] || fail "$(bs-key -r repository list)"
BACKSHIFT_PASSPHRASE_FILE=second-passphrase bs-ls -r repository | expect_same listed -
bs-key -r repository remove "$(bs-key -r repository list | awk '/laptop/ { print $1 }')"
BACKSHIFT_PASSPHRASE_FILE=second-passphrase expect_status 77 bs-ls -r repository 2> said
expect_status 65 bs-key -r repository remove "$(ls repository/keys)" 2> said
grep -q 'is the last one' said || fail "said: $(cat said)"
# One that cannot be read is named by a check, keeps nobody out, and can be removed.
head -c 100 "$(find repository/keys -type f)" > repository/keys/00000000000000000000000000000001
expect_status 65 bs-check -r repository 2> said
grep -q 'key slot 00000000000000000000000000000001' said || fail "said: $(cat said)"
bs-ls -r repository | expect_same listed -
expect_status 65 bs-key -r repository list > /dev/null 2> said
bs-key -r repository remove 00000000000000000000000000000001
bs-check -r repository > /dev/null
bs-key -r repository change --new-passphrase-file second-passphrase
expect_status 77 bs-ls -r repository 2> said
export BACKSHIFT_PASSPHRASE_FILE=$TMP/second-passphrase
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_PASSPHRASE_COMMAND="cat '$TMP/second-passphrase'" bs-ls -r repository | expect_same listed -
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_PASSPHRASE_COMMAND='exit 3' expect_status 77 bs-ls -r repository 2> said
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_PASSPHRASE_FD=9 bs-ls -r repository 9< second-passphrase | expect_same listed -

# From a plain repository into an encrypted one and back.
BACKSHIFT_PASSPHRASE_FILE='' bs-read -r plain secrethost@latest > stream
bs-store repository --host copied < stream > copied
bs-tar -r repository "$(cat copied)" | tar df -
bs-read -r repository "$(cat copied)" > stream
BACKSHIFT_PASSPHRASE_FILE='' bs-store plain --host back < stream > back
BACKSHIFT_PASSPHRASE_FILE='' bs-tar -r plain "$(cat back)" | tar df -

# What is not encrypted is not believed, be it the whole repository or an object in it.
expect_status 77 bs-ls -r plain 2> said
grep -q 'is not encrypted, and a key or passphrase was given' said || fail "said: $(cat said)"
cp -r repository exchanged
cp plain/backshift exchanged/backshift
expect_status 77 bs-ls -r exchanged 2> said
cp -r repository mixed
mkdir -p mixed/condemned
"$PYTHON" "$ROOT/tests/formats/unsealed_settings.py" mixed/settings
expect_status 65 bs-ls -r mixed 2> said
grep -q 'is not encrypted, and everything in this repository is' said || fail "said: $(cat said)"

BACKSHIFT_PASSPHRASE_FILE='' expect_status 65 bs-ls -r exchanged 2> said
grep -q 'has key slots, and a configuration that says that it is not encrypted' said || fail "said: $(cat said)"
BACKSHIFT_PASSPHRASE_FILE='' expect_status 65 bs-save -r exchanged home 2> said

# A folder whose name was changed is not passed over: a collector would delete what its savesets need.
cp -r repository misnamed
for folder in misnamed/savesets/*; do
  letter=${folder##*/}
  mv "$folder" "${folder%/*}/$([ "${letter:0:1}" = x ] && echo y || echo x)${letter:1}"
done
expect_status 65 bs-ls -r misnamed > seen 2> said
grep -q 'its name was changed' said || fail "said: $(cat said)"
expect_status 65 bs-check -r misnamed > seen 2> said
bs-save -r misnamed --host unaffected home > seen 2> said || [ $? -eq 3 ] || fail "another host cannot save: $(cat said)"
before=$(find misnamed/packs -type f | wc -l)
status=0
bs-collect -r misnamed > seen 2> said || status=$?
[ $status -ne 0 ] || fail "a collection ended with 0"
[ "$(find misnamed/packs -type f | wc -l)" -ge "$before" ] || fail "a collection deleted what cannot be looked into"

# Without slots the key is tried on what there is.
cp -r repository slotless
rm slotless/keys/*
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_KEY_FILE=key bs-ls -r slotless > /dev/null
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_KEY_FILE=other-key expect_status 77 bs-ls -r slotless 2> said
expect_status 64 bs-key -r repository unlock --for 0h 2> said
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_PASSPHRASE_COMMAND=yes expect_status 77 bs-ls -r repository 2> said

# A configuration that was changed opens nothing: every key depends on all of it.
cp -r repository changed
"$PYTHON" "$ROOT/tests/formats/change_codec.py" changed/backshift
expect_status 65 bs-ls -r changed 2> said
grep -q 'was not made for this configuration' said || fail "said: $(cat said)"

# Expiry, collection, tags and names work as they do elsewhere.
bs-tag -r repository --add keep "$(cat second)"
bs-expire -r repository "$(cat name)"
bs-collect -r repository > /dev/null
bs-rename -r repository copied elsewhere
bs-ls -r repository --host elsewhere | grep -q elsewhere@
bs-check -r repository --read-data > checked
grep -q 'no damage' checked || fail "$(cat checked)"
bs-tar -r repository "$(cat second)" | tar df -

# What was cut without the key shares no chunks with what is saved from now on, so no later save could heal it.
bs-ls -r repository | awk '/bykeyless|elsewhere/ { print $1 }' | bs-expire -r repository --last -
bs-collect -r repository > /dev/null

# Any bit that changes is found, and what it costs is made good by a repair and the next save. The key is given as it is: no passphrase is stretched.
unset BACKSHIFT_PASSPHRASE_FILE
export BACKSHIFT_KEY_FILE=$TMP/key
largest=$(find repository/packs -type f -printf '%s %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2)
nodes=$(find repository/packs -type f -exec sh -c '[ "$(od -A n -t u1 -j 11 -N 1 "$1" | tr -d " ")" = 1 ]' sh {} \; -print | head -n 1)
for file in "$largest" "$nodes" "$(find repository/index -type f | head -n 1)"; do
  size=$(stat -c %s "$file")
  for at in 20 40 100 $((size / 2)) $((size - 100)) $((size - 10)); do
    rm -rf damaged
    cp -r repository damaged
    byte=$(od -A n -t u1 -j "$at" -N 1 "$file")
    printf "\\x$(printf %02x $((byte ^ 64)))" | dd of="damaged/${file#*/}" bs=1 seek="$at" conv=notrunc status=none
    status=0
    bs-check -r damaged --read-data > checked 2>&1 || status=$?
    if [ "$status" -eq 0 ]; then
      # A seal of which there is another one, or bytes that only fill up: nothing is lost.
      bs-tar -r damaged "$(cat second)" | tar df - || fail "$file at $at: nothing was found, and what is read differs"
      continue
    fi
    [ "$status" -eq 65 ] || fail "$file at $at: status $status: $(cat checked)"
    bs-check -r damaged --repair > checked 2>&1 || true
    bs-save -r damaged --host secrethost home > again 2> said || fail "$file at $at: the next save failed: $(cat said)"
    bs-check -r damaged --read-data > checked 2>&1 || fail "$file at $at: damage is left: $(cat checked)"
    bs-tar -r damaged "$(cat again)" | tar df - || fail "$file at $at: what was saved after it differs"
    bs-tar -r damaged "$(cat second)" | tar df - || fail "$file at $at: an older saveset was not healed"
  done
done
