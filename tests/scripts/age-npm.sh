# Slots for age(1) and another implementation of its format, age-encryption of npm: each decrypts what the other encrypted.
# only: bin
. "${0%/*}/lib.sh"
need age node npm :msgpack :cryptography
timeout 60 npm install --no-audit --no-fund --ignore-scripts --fetch-retries 1 --prefix "$TMP/npm" age-encryption@0.3.1 > npm.log 2>&1 \
  || skip "npm cannot get age-encryption: $(grep -m 1 'npm error\|npm ERR' npm.log)"
cat > npm/age.mjs << 'END_OF_PROGRAM'
import { readFileSync, writeFileSync } from "node:fs"
import { Decrypter, Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption"

const [action, file] = process.argv.slice(2), input = () => readFileSync(0)
if (action === "generate") {
  const identity = await generateX25519Identity()
  writeFileSync(file, identity + "\n")
  console.log(await identityToRecipient(identity))
} else if (action === "encrypt") {
  const encrypter = new Encrypter()
  encrypter.addRecipient(file)
  process.stdout.write(armor.encode(await encrypter.encrypt(input())))
} else {
  const decrypter = new Decrypter()
  decrypter.addIdentity(readFileSync(file, "utf8").trim())
  process.stdout.write(await decrypter.decrypt(armor.decode(input().toString()), "text"))
}
END_OF_PROGRAM
with_npm() { node npm/age.mjs "$@"; }

printf 'correct horse\n' > passphrase
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase XDG_STATE_HOME=$TMP/state BACKSHIFT_REPOSITORY=$TMP/repository
bs-init
bs-key export > key
recipient=$(with_npm generate identity)
bs-key add --age "$recipient" --note npm
bs-key export "$(bs-key list | awk '/npm/ { print $1 }')" | with_npm decrypt identity | expect_same - <(tail -n 1 key)

# The other way: a slot that npm's age has encrypted is opened by our programs, with the identity that npm has made.
find repository/keys -type f -delete
tail -n 1 key | with_npm encrypt "$recipient" > encrypted
"$PYTHON" "$ROOT/tests/formats/age_slot.py" repository encrypted key > made
BACKSHIFT_PASSPHRASE_FILE='' BACKSHIFT_AGE_IDENTITY=identity bs-key export | expect_same - key
