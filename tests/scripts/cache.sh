# What is kept below ~/.cache/backshift of a repository on another machine: it saves reading, and is never more than a help. Whatever happens to it, programs
# do the same and say the same; what has changed in the repository is seen; and bs-check reads the repository itself.
# only: bin
# takes: 30
. "${0%/*}/lib.sh"
export XDG_CACHE_HOME=$TMP/caches LINK_LOG=$TMP/link
mkdir -p tree/sub caches
for ((i = 0; i < 200; i++)); do echo "file number $i" > "tree/sub/a-name-that-nobody-else-has-$i"; done
seq 100000 > tree/numbers
head -c 300000 /dev/urandom > tree/random
export BACKSHIFT_REPOSITORY="exec:bs-serve $TMP/repository"
measured="exec:$PYTHON $ROOT/tests/bench/link.py 0 1000000000 bs-serve $TMP/repository"

# received COMMAND…: how many bytes its connections receive. It must end well, and say nothing on standard error.
received() {
  rm -f "$LINK_LOG"
  BACKSHIFT_REPOSITORY=$measured "$@" > "$TMP/out" 2> "$TMP/said" || { cat "$TMP/said" >&2; fail "status $?: $*"; }
  expect_empty "$TMP/said"
  awk '{ sum += $2 } END { print sum }' "$LINK_LOG"
}

# as_before WHAT: what is read is what was saved, and nothing is said.
as_before() {
  local status=0
  bs-tar h@latest > archive 2> said || status=$?
  [ $status -eq 0 ] && [ ! -s said ] || { cat said >&2; fail "$1: status $status"; }
  tar --diff -f archive -C tree > differences 2>&1 && [ ! -s differences ] || { cat differences >&2; fail "$1: bs-tar differs"; }
}

files() { find caches/backshift/objects -type f; }
rot() { printf '\377\0ROT' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
make_repository() {
  rm -rf repository
  BACKSHIFT_REPOSITORY=$TMP/repository bs-init "$@"
  if [ -z "$*" ]; then
    BACKSHIFT_REPOSITORY=$TMP/repository bs-key export > key
    unset BACKSHIFT_PASSPHRASE_FILE
    export BACKSHIFT_KEY_FILE=$TMP/key
  fi
  BACKSHIFT_REPOSITORY=$TMP/repository save h tree --time 20260101T000000Z > /dev/null
}

everything() {
  local cold warm file at first
  rm -rf caches/*
  make_repository "$@"

  # Warm, what is read again does not cross the line; without a cache it does each time.
  cold=$(received bs-ls h@latest sub)
  cp out listing
  warm=$(received bs-ls h@latest sub)
  expect_same out listing
  [ "$warm" -lt $((cold * 3 / 4)) ] || fail "$warm bytes warm, $cold cold"
  cold=$(BACKSHIFT_CACHE_SIZE=0 received bs-ls h@latest sub)
  [ "$warm" -lt $((cold * 3 / 4)) ] || fail "$warm bytes warm, $cold without a cache"
  as_before 'warm'
  [ -z "$(find caches/backshift -perm /077)" ] || { find caches -ls; fail "others may read it"; }
  ! grep -rqa "a-name-that-nobody" caches || [ "$*" = --plain ] || fail "there are names in it that are encrypted in the repository"
  grep -q 8a477f597d28d172789f06886806bc55 caches/backshift/CACHEDIR.TAG || fail "it is not marked as a cache"

  # An unchanged save.
  (cd tree && received bs-save --host h . > /dev/null)
  warm=$(cd tree && received bs-save --host h .)
  cold=$(cd tree && BACKSHIFT_CACHE_SIZE=0 received bs-save --host h .)
  [ "$warm" -lt "$cold" ] || fail "a save: $warm bytes warm, $cold without a cache"
  as_before 'after a save'

  # Damage to each file: at its head, in each unit, its end, all of it.
  for file in $(files); do
    for at in 0 40 100 4096 4200 $((4096 + 65568)) $((4096 + 3 * 65568 + 77)); do [ "$at" -ge "$(stat -c %s "$file")" ] || rot "$file" "$at"; done
  done
  as_before 'damaged'
  for file in $(files); do truncate -s 5000 "$file"; done
  as_before 'cut off'
  first=$(files | head -n 1)
  for file in $(files); do [ "$file" = "$first" ] || cat "$first" > "$file"; done
  as_before 'all alike'
  for file in $(files); do rm "$file" && mkdir "$file"; done
  as_before 'folders in place of files'
  rm -rf caches/*

  # A pack that was damaged and mended; and a check that is not deceived by what was read before it was damaged.
  bs-parity > /dev/null 2>&1
  as_before 'with parity'
  rot "$(find repository/packs -type f -size +200k)" 5000
  expect_status 65 bs-check --read-data > out 2>&1
  bs-check --repair > out 2>&1 || true
  bs-check --read-data > out 2>&1 || { cat out; fail "not repaired"; }
  as_before 'mended'
}

everything --plain
printf 'correct horse battery staple\n' > passphrase
(export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase && everything)

# Another repository in the place of the one that was there, with a saveset of the same name.
make_repository --plain
as_before 'plain again'
echo other > tree/numbers
make_repository --plain
as_before 'another repository'

# Places that are none: nothing is kept, and nothing is said.
for where in /dev/null relative "$TMP/missing/missing" "$TMP/passphrase"; do XDG_CACHE_HOME=$where as_before "$where"; done
[ ! -e relative ] || fail "a relative path was believed"
(unset XDG_CACHE_HOME HOME && as_before 'no home')
(unset XDG_CACHE_HOME && HOME=$TMP/home && mkdir home && export HOME && as_before 'a new home' && [ -d home/.cache/backshift/objects ]) || fail "no ~/.cache"
mkdir linked aim
ln -s ../aim linked/backshift
XDG_CACHE_HOME=$TMP/linked as_before 'a link'
[ -z "$(ls aim)" ] || fail "a link was followed"

# Its size.
expect_status 64 env BACKSHIFT_CACHE_SIZE=much bs-ls 2> said
grep -q 'BACKSHIFT_CACHE_SIZE: is not a size' said || fail "said: $(cat said)"
rm -rf caches/*
BACKSHIFT_CACHE_SIZE=0 as_before 'none'
[ ! -e caches/backshift ] || fail "something was kept"
BACKSHIFT_CACHE_SIZE=100K as_before 'little'
[ "$(files | wc -l)" -le 4 ] || fail "there is more than may be: $(files | wc -l) files"

if [ "$(id -u)" -eq 0 ]; then
  rm -rf caches/*
  as_before 'mine'
  chown -R 12345 caches/backshift
  as_before 'of another user'
  small_disk 256k full
  chmod 700 full
  XDG_CACHE_HOME=$TMP/full as_before 'full'
fi
