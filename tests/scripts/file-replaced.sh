# Nothing outside of the tree is read, whatever becomes of it between the walk and the read: a directory that became a link, with the number of the walked inode
# given to a file elsewhere, too. A root that is named through a link, and a list of paths that lead through links, are read as ever.
# timeout: 600
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# --- the way of an attacker: a file is walked and deleted, a secret elsewhere gets its number, its directory becomes a link to where that lies
got=0
for ((round = 0; round < ${ROUNDS:-12}; round++)); do
  rm -rf tree vault
  mkdir -p tree/d vault
  echo bait > tree/d/f
  wanted=$(stat -c %i tree/d/f)
  bs-walk tree > walked
  rm -r tree/d/f tree/d
  secret=
  for n in $(seq 40); do
    (umask 077 && echo "the secret of round $round" > "vault/n$n")
    if [ "$(stat -c %i "vault/n$n")" = "$wanted" ]; then
      mv "vault/n$n" vault/f
      secret=yes
      break
    fi
  done
  [ -n "$secret" ] || { echo "no secret" > vault/f; chmod 600 vault/f; }
  got=$((got + ${#secret} / 3))
  ln -s ../vault tree/d
  bs-chunk < walked 2> said > chunked && fail "status 0: $(cat said)" || [ $? -eq 3 ] || fail "status $?"
  ! grep -aq secret chunked || fail "round $round: a file outside of the tree was read"
  grep -q "tree/d/f: replaced while it was saved" said || { cat said; fail "round $round: another word"; }
done
echo "$got of $round times the number came again"

# --- the same without links: another file of the same name and number
for ((round = 0; round < 3; round++)); do
  rm -rf tree
  mkdir -p tree
  echo bait > tree/f
  wanted=$(stat -c %i tree/f)
  bs-walk tree > walked
  rm tree/f
  for n in $(seq 40); do
    (umask 077 && echo "a secret" > "tree/n$n")
    [ "$(stat -c %i "tree/n$n")" != "$wanted" ] || break
  done
  mv "tree/n$n" tree/f
  bs-chunk < walked 2> said > chunked && fail "status 0: $(cat said)" || [ $? -eq 3 ] || fail "status $?"
  ! grep -aq secret chunked || fail "a file was stored under the owner and mode of another"
done

# --- directories that flip between themselves and a link while all of it is saved
rm -rf tree vault
mkdir -p tree/a/b vault/b
for n in $(seq 30); do echo "inside $n" > "tree/a/b/f$n"; echo "outside $n" > "vault/b/f$n"; done
(
  trap 'exit 0' TERM
  while :; do mv tree/a tree/aside && ln -s ../vault tree/a && rm tree/a && mv tree/aside tree/a; done
) & flip=$!
stop_flipping() { kill -TERM "$flip" 2> /dev/null || true; }
at_exit stop_flipping
for ((round = 0; round < ${ROUNDS:-6}; round++)); do
  bs-walk tree 2> /dev/null | bs-chunk 2> /dev/null > chunked || true
  ! grep -aq outside chunked || fail "a file outside of the tree was read in round $round"
done
kill -TERM $flip
wait $flip || true

# --- roots and lists that lead through links are no attack
rm -rf tree
mkdir -p real/tree/d
for n in 1 2 3; do head -c 300000 /dev/urandom > "real/tree/d/f$n"; done
ln -s real link
ln -s tree real/other
name=$(bs-save --host root link/tree)
bs-tar "$name" | tar --diff -f - || fail "what lies behind a link is not saved"
name=$(bs-save --host root "$TMP/link/other/d")
bs-tar "$name" | tar --diff -f - -C / || fail "what lies behind two links is not saved"
find link/ -type f -print0 | bs-walk | bs-chunk | bs-store --host list > name
bs-tar "$(cat name)" | tar --diff -f - || fail "a list through a link is not saved"
# Also one that grew since.
bs-walk link/tree > walked
echo more >> real/tree/d/f2
bs-chunk < walked | bs-store --host grown > name
bs-cat "$(cat name)" link/tree/d/f2 | cmp - real/tree/d/f2
expect_good --read-data

# --- a kernel or a sandbox that does not know openat2(2): the same, step by step
if command -v strace > /dev/null && strace -o /dev/null true 2> /dev/null; then
  for errno in ENOSYS EPERM; do
    bs-walk link/tree "$TMP/real/tree" > walked
    strace -f -qq -o trace -e trace=openat2 -e inject=openat2:error=$errno bs-chunk < walked > chunked || fail "status $? with $errno"
    grep -q INJECTED trace || fail "openat2 was not called at all"
    bs-store --host $errno < chunked > name
    bs-tar "$(cat name)" link | tar --diff -f - || fail "what was read step by step is something else"
    mv real/tree/d real/tree/aside
    ln -s aside real/tree/d
    strace -f -qq -o trace -e trace=openat2 -e inject=openat2:error=$errno bs-chunk < walked 2> said > chunked || true
    # Through a link still, but the very inodes that were walked.
    ! grep -q replaced said || { cat said; fail "the same inodes are refused behind a link"; }
    rm real/tree/d
    mv real/tree/aside real/tree/d
  done
fi
