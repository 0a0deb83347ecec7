# With --hide-access the storage sees which packs are needed, and nothing of which parts of them; without, it does see that.
# only: bin
. "${0%/*}/lib.sh"
need strace
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
strace -f -o log -e trace=openat2,pread64 true 2> /dev/null || skip "strace may not trace here"
printf 'correct horse\n' > passphrase
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init --codec none repository
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r repository export > key
export BACKSHIFT_KEY_FILE=$PWD/key BACKSHIFT_REPOSITORY=$PWD/repository
mkdir tree
for i in 1 2 3 4 5 6; do head -c 5000000 /dev/urandom > tree/$i; done
mkdir -p space
export TMPDIR=$PWD/space
name=$(bs-walk tree | bs-chunk -r repository | bs-store --host a repository)

# seen COMMAND…: the reads of packs: pack, offset and length of each, in order.
seen() {
  strace -f -y -o log -e trace=pread64 "$@" > out
  sed -n 's|^[0-9]* *pread64([0-9]*<.*/packs/../\([0-9a-f]*\)>, .*, \([0-9]*\), \([0-9]*\)) = \([0-9]*\)$|\1 \3 \4|p' log
}
seen bs-cat "$name" tree/2 > second
cmp out tree/2
seen bs-cat "$name" tree/5 > fifth
cmp out tree/5
[ -s second ] || fail "no read of a pack is seen: $(head -n 5 log)"
if cmp -s second fifth; then fail "without the option the reads tell nothing either"; fi
for way in option variable; do
  option=--hide-access
  if [ $way = variable ]; then
    option=
    export BACKSHIFT_HIDE_ACCESS=1
  fi
  for i in 2 5; do
    seen bs-cat $option "$name" tree/$i > hidden-$i
    cmp out tree/$i
  done
  cmp hidden-2 hidden-5
  # Each pack: its end, when it is opened, and then all of it, in order.
  while read -r pack; do
    awk -v pack="$pack" '$1 == pack' hidden-2 > reads
    size=$(stat -c %s repository/packs/??/"$pack")
    awk -v size="$size" 'NR == 1 { if ($2 + $3 != size) exit 1; next } $2 != at + 0 { exit 1 } { at += $3 } END { exit at + 0 != 0 && at != size }' reads ||
      fail "$pack of $size bytes is not read as a whole: $(cat reads)"
  done < <(cut -d ' ' -f 1 hidden-2 | sort -u)
  [ "$(awk '{ sum += $3 } END { print sum }' hidden-2)" -gt 30000000 ] || fail "no pack was read: $(cat hidden-2)"
  bs-tar $option "$name" | tar xf - --one-top-level=back-$way
  diff -r tree back-$way/tree
  rm -rf "back-$way"
  [ -z "$(ls -A space)" ] || fail "left behind: $(ls -A space)"
done
unset BACKSHIFT_HIDE_ACCESS

# All programs that have the option read the same with it.
mkdir target
for command in "bs-ls -l $name" "bs-find 3" "bs-diff $name $name"; do
  # shellcheck disable=SC2086  # words of a command
  set -- $command
  one=$1
  shift
  "$one" "$@" > without
  "$one" --hide-access "$@" > with
  cmp without with
done
bs-read --hide-access "$name" tree/4 | bs-tar - | tar xf - -O | cmp - tree/4
bs-restore --hide-access "$name" -C target
diff -r tree target/tree

# Where a pack cannot be kept, what failed is said, and nothing is written.
# refused DIRECTORY TEXT: with this directory for scratch files.
refused() {
  local status=0
  TMPDIR=$1 bs-cat --hide-access "$name" tree/1 > out 2> said || status=$?
  [ $status -ne 0 ] && [ ! -s out ] && grep -q "a scratch file: $1.*: $2" said && grep -q 'hint: .*TMPDIR' said || fail "status $status: $(cat said)"
}
refused "$PWD/none" 'No such file or directory'
small_disk 1m full
refused "$PWD/full" 'No space left on device'
