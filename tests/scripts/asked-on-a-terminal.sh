# Passphrases are asked for on the terminal, also while standard input is a stream, and not shown: once for all programs of a pipeline.
# only: bin
. "${0%/*}/lib.sh"
need jq
mkdir tree
seq 1000 > tree/file
"$PYTHON" "$ROOT/tests/scripts/asked-on-a-terminal.py"
printf 'correct\n' > passphrase
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase
bs-ls -r repository --complete > listed
[ "$(wc -l < listed)" -eq 7 ] || { cat listed; fail "not all pipelines have saved"; }
for name in $(cut -d ' ' -f 1 < listed); do
  bs-tar -r repository "$name" | tar df -
done
# All have cut alike.
[ "$(bs-ls -r repository --json | jq -s '[.[1:][].added] | max')" -lt 5000 ] || fail "some pipeline has cut with other keys"

# What bs-save hands to each of its stages: the root key is 32 bytes, the keys of chunks are 80. bs-chunk gets no more than these, and bs-walk nothing.
mkdir between
for program in bs-walk bs-since bs-chunk bs-store; do
  cat > between/$program << 'END'
#!/bin/bash
name=${0##*/}
{
  for file in /proc/$$/fd/*; do
    [[ $(readlink "$file") != /memfd:* ]] || stat -L -c %s "$file"
  done
  env | grep -o '^BACKSHIFT_[A-Z_]*_FD'
} > "$TMP/$name.has"
exec "$BIN/$name" "$@"
END
  chmod +x between/$program
done
PATH=$TMP/between:$PATH bs-save -r repository --host h tree > name 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
expect_empty bs-walk.has
printf '80\nBACKSHIFT_CHUNK_KEYS_FD\n' | expect_same bs-chunk.has -
printf '32\nBACKSHIFT_KEY_FD\n' | expect_same bs-since.has -
expect_same bs-since.has bs-store.has
bs-tar -r repository "$(cat name)" | tar df -
