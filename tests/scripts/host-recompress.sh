# What hosts that may only save have stored, without deltas and twice where two of them have it, a recompression with the root key makes as small as if it had
# been saved with that key: every version comes back, and no host that lies makes the data of another one go.
# only: bin
# takes: 25
. "${0%/*}/lib.sh"
need jq :msgpack :zstandard :cryptography
export PYTHONDONTWRITEBYTECODE=1
printf 'correct horse battery staple\n' > passphrase
for name in hosts root; do
  BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init $name
  BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r $name export > $name.key
done
for name in web db evil; do with hosts.key bs-key -r hosts host $name > $name.key; done
size() { du -sb "$1/packs" | cut -f 1; }
again() { with "$1.key" bs-collect --recompress zstd:12 --json "$1" > summary 2> said; }
recompress() { again "$1" || { cat summary said; fail "bs-collect $1 ends with $?"; }; }
host() { "$PYTHON" "$ROOT/tests/formats/host_writer.py" "$@"; }
# expect_tree REPOSITORY SAVESET TREE: the saveset has what the tree has.
expect_tree() {
  (cd "$3" && with "$1.key" bs-tar -r "../$1" "$2" > ../tar && tar df ../tar) || fail "$2 differs"
}
expect_trees() {
  local n
  for n in 1 2; do
    expect_tree hosts "$(cat web.$n)" tree$n
    expect_tree hosts "$(cat db.$n)" tree$n
  done
}
expect_all() {
  expect_trees
  with hosts.key bs-check -r hosts --read-data > checked 2>&1 || fail "$(cat checked)"
}
# expect_only PACK|…: nothing but these packs is damaged.
expect_only() {
  expect_trees
  expect_status 65 with hosts.key bs-check -r hosts --read-data > checked 2>&1
  [ "$(grep -cE "pack ($1): " checked)" = "$(grep -c 'pack .*: ' checked)" ] || fail "$(cat checked)"
}

# Two versions, by two hosts and with the root key.
mkdir -p tree1/sub
for n in 1 2 3; do head -c 100000 /dev/urandom | od -v -A n -t x1 > "tree1/sub/$n"; done
cp -a tree1 tree2
sed -i '1~300s/^ \(..\)/ xx/' tree2/sub/*
sleep 3
for n in 1 2; do
  for name in web db; do (cd tree$n && with $name.key bs-save -r ../hosts --host $name .) > $name.$n; done
  (cd tree$n && with root.key bs-save -r ../root --host web .) > root.$n
done
[ "$(size hosts)" -gt $(($(size root) * 3)) ] || fail "$(size hosts) bytes saved by hosts, $(size root) with the root key"
find hosts/packs -type f -exec sh -c '[ "$(od -A n -t u1 -j 11 -N 1 "$1" | tr -d " ")" = 0 ] || exit 0; echo "$1"' - {} \; > before
cp -a hosts saved

recompress root
recompress hosts
[ "$(jq .deleted_packs summary)" -ge 4 ] && [ "$(jq .waiting_packs summary)" = 0 ] || { cat summary; fail "packs of hosts stay"; }
[ "$(size hosts)" -lt $(($(size root) * 115 / 100)) ] || fail "recompressed: $(size hosts) bytes saved by hosts, $(size root) with the root key"
expect_all
recompress hosts
[ "$(jq '.recompressed_packs + .deleted_packs' summary)" = 0 ] || { cat summary; fail "a second run finds something to do"; }

# A host finds its packs gone: it stores all of its tree once more, and then again only what is new. The next run gives that back.
least=$(size hosts)
(cd tree2 && with web.key bs-save -r ../hosts --host web .) > third
[ "$(size hosts)" -gt $((least + least / 4)) ] || fail "what was recompressed counts as stored for a host"
once=$(size hosts)
(cd tree2 && with web.key bs-save -r ../hosts --host web .) > fourth
[ $(($(size hosts) - once)) -lt 10000 ] || fail "$(($(size hosts) - once)) bytes of an unchanged tree"
recompress hosts
[ "$(size hosts)" -lt $((least + 20000)) ] || fail "$(size hosts) bytes, and $least before the host saved again"
expect_tree hosts "$(cat third)" tree2
expect_tree hosts "$(cat fourth)" tree2
expect_all

# While a host saves which relies on packs that are recompressed, they stay.
rm -rf hosts
cp -a saved hosts
touch tree2/new
mkfifo fifo
(cd tree2 && bs-walk . | with web.key bs-since -r ../hosts --host web | with web.key bs-chunk -r ../hosts) > stream
with web.key bs-store hosts --host web < fifo > fifth 2> store.said & store=$!
exec 7> fifo
head -c 2000 stream >&7
for _ in $(seq 100); do [ -n "$(ls hosts/intents)" ] && break; sleep 0.1; done
recompress hosts
[ "$(jq .waiting_packs summary)" -ge 4 ] || { cat summary; fail "packs go that a save may rely on"; }
tail -c +2001 stream >&7
exec 7>&-
wait $store || fail "the save: $(cat store.said)"
recompress hosts
recompress hosts
expect_tree hosts "$(cat fifth)" tree2
[ "$(size hosts)" -lt $((least + 60000)) ] || fail "$(size hosts) bytes after a save meanwhile, $least without"
expect_all

# A host says that it has the chunks of the others, in packs that its saveset names: two are recompressed with theirs, and two are not, since they are said to
# hold nodes. These stay, and are damaged for a check; what is true is taken out of the packs of the others.
rm -rf hosts
cp -a saved hosts
chunks=$(with hosts.key bs-read -r hosts "$(cat db.2)" --references | bs-json | jq -r 'select(.kind == "chunk") | "\(.digest):\(.size)"')
head -c 5000 /dev/urandom > own
# shellcheck disable=SC2086 # One word each.
stays=$(host poison evil.key hosts --nodes $chunks) more=$(host poison evil.key hosts --nodes --times=3 $chunks)
# shellcheck disable=SC2086
lies=$(host poison evil.key hosts $chunks),$(host poison evil.key hosts --times=3 $chunks)
host save evil.key hosts --packs="$lies,$stays,$more" own > /dev/null
recompress hosts
expect_only "$stays|$more"
while read -r pack; do [ ! -e "$pack" ] || fail "$pack stays because of a host that lies"; done < before
for pack in ${lies//,/ }; do [ ! -e "hosts/packs/${pack:0:2}/$pack" ] || fail "$pack, which lies, stays"; done
recompress hosts
expect_only "$stays|$more"
with hosts.key bs-expire -r hosts --last "$(with hosts.key bs-ls -r hosts --json --host evil | jq -r .name)" > /dev/null
recompress hosts
[ "$(size hosts)" -lt $((least + 60000)) ] || fail "$(size hosts) bytes beside a host that lies, $least without"
expect_all

# Its claims come again when nothing is left but what was recompressed.
# shellcheck disable=SC2086
lies=$(host poison evil.key hosts --times=3 $chunks)
host save evil.key hosts --packs="$lies" own > /dev/null
recompress hosts
expect_all

# It says that it has a chunk that exists nowhere: this pack of its own stays, which is named, and all others are recompressed.
rm -rf hosts
cp -a saved hosts
lies=$(host poison evil.key hosts "$(head -c 24 /dev/urandom | od -v -A n -t x1 | tr -d ' \n'):100")
host save evil.key hosts --packs="$lies" own > /dev/null
expect_status 3 again hosts
grep -q "$lies" said || fail "said: $(cat said)"
while read -r pack; do [ ! -e "$pack" ] || fail "$pack stays because of a host that lies"; done < before
expect_only "$lies"
with hosts.key bs-expire -r hosts --last "$(with hosts.key bs-ls -r hosts --json --host evil | jq -r .name)" > /dev/null
recompress hosts
expect_all

# Its saveset names a chunk that exists nowhere: nothing is recompressed until that is expired. The message says which it is.
rm -rf hosts
cp -a saved hosts
echo "nothing has this" > nowhere
host save evil.key hosts --unstored nowhere > /dev/null
expect_status 3 again hosts
[ "$(jq .recompressed_packs summary)" = 0 ] || { cat summary; fail "recompressed where a chunk is missing"; }
name=$(sed -n 's/^bs-collect: \(evil@[^:]*\): .* is missing$/\1/p' said)
[ -n "$name" ] || fail "said: $(cat said)"
with hosts.key bs-expire -r hosts --last "$name" > /dev/null
recompress hosts
[ "$(size hosts)" -lt $((least + 20000)) ] || fail "$(size hosts) bytes, and $least without a host that lies"
expect_all
