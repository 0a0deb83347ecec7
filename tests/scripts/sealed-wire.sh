# All that programs send to a server and get from it, while a tree is saved, listed, restored, checked, expired and collected: nothing that is known of an
# encrypted repository is in it, and in a plain one all of it is.
# only: bin
# takes: 5
. "${0%/*}/lib.sh"
mkdir -p tree/folder-with-a-name
# Not compressible, so that it would be seen as it is; and text, which is compressed with what is around it.
head -c 100000 /dev/urandom | base64 -w 60 > tree/folder-with-a-name/lines-of-letters
head -c 300000 /dev/urandom > tree/random-bytes
printf 'the quick brown fox is known plaintext\n' > tree/short-note
sleep 3
printf 'correct horse battery staple\n' > passphrase
cat > wire << 'END'
#!/bin/sh
tee -a "$1.sent" | bs-serve "$1" | tee -a "$1.got"
END
chmod +x wire

# use NAME: everything that is done with a repository over a wire.
use() {
  local where="exec:exec '$TMP/wire' '$TMP/$1'" name
  bs-save -r "$where" --host host-of-the-test --subset subset-of-it --tag tag-of-it tree > "$1.first"
  bs-save -r "$where" --host host-of-the-test --subset subset-of-it tree > "$1.second"
  name=$(cat "$1.second")
  bs-ls -r "$where" > seen
  bs-ls -r "$where" "$name" > seen
  bs-tar -r "$where" "$name" | tar df -
  bs-check -r "$where" --read-data > seen
  bs-find -r "$where" short-note > seen
  bs-tag -r "$where" "$name" --note 'note-of-the-test' > seen
  bs-expire -r "$where" "$(cat "$1.first")" > seen
  bs-collect -r "$where" --max-unused 0% > seen
}

# What is known: names, hosts, words, and bytes of the files from anywhere in them.
{
  printf '%s\n' folder-with-a-name lines-of-letters random-bytes short-note host-of-the-test subset-of-it tag-of-it note-of-the-test 'quick brown fox'
} > words
"$PYTHON" - << 'END'
import random
random.seed(1)
data = open('tree/random-bytes', 'rb').read()
with open('pieces', 'w') as pieces:
    for _ in range(200):
        at = random.randrange(len(data) - 16)
        print(data[at:at + 16].hex(), file=pieces)
END
# found FILE…: how many of these are there; in any case, and also where a text is written as hexadecimal digits.
cat > found.py << 'END'
import hashlib
import sys
seen = b''.join(open(name, 'rb').read() for name in sys.argv[1:])
known = [line.rstrip('\n').encode() for line in open('words')] + [bytes.fromhex(line) for line in open('pieces')]
# The digests of the files, which are one chunk or a few each, as a plain repository names them.
known += [hashlib.sha256(open('tree/short-note', 'rb').read()).digest()[:16]]
count = sum(any(form in seen for form in (one, one.hex().encode(), one[::-1])) for one in known)
print(count, len(known))
END
bs-init --plain plain
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init sealed
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r sealed export > key
use plain
BACKSHIFT_KEY_FILE=$TMP/key use sealed
for name in plain sealed; do
  for way in sent got; do
    [ -s "$name.$way" ] || fail "nothing was written down"
    "$PYTHON" found.py "$name.$way" > "$name.$way.count"
  done
done
read -r count all < plain.sent.count
[ "$count" -gt $((all * 9 / 10)) ] || fail "in what is sent to a plain repository $count of $all were found"
read -r count all < plain.got.count
[ "$count" -gt $((all * 9 / 10)) ] || fail "in what comes from a plain repository $count of $all were found"
for way in sent got; do
  read -r count all < "sealed.$way.count"
  [ "$count" -eq 0 ] || fail "in what is $way with an encrypted repository $count of $all were found"
done
