# A repository on a disk of one machine that others reach by a network file system: a collector on that machine waits once a program has come by the network,
# and the first programs that do rely on nothing that is older. The network is the same directory, of which statfs(2) does not say that it is a disk of this
# machine.
# only: bin
. "${0%/*}/lib.sh"
need strace
strace -f -o log -e inject=fstatfs:error=ENOSYS true 2> /dev/null || skip "strace may not trace here"
far() {
  strace -f -qq -o log -e trace=fstatfs -e inject=fstatfs:error=ENOSYS "$@"
}
# far_save HOST TREE
far_save() {
  (cd "$2" && bs-walk . | bs-chunk) | far bs-store --host "$1"
}
# busy COMMAND…: by the network it ends with 75, and says why.
busy() {
  expect_status 75 far "$@" > out 2> said
  expect_text 'is reached by a network for the first time' cat said
  expect_text 'run this on that machine, or here in 12 hours' cat said
}
packs() { find "$BACKSHIFT_REPOSITORY/packs" -type f | wc -l; }
mark=intents/00000000000000000000000000000000!

export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain
mkdir one two three
for tree in one two three; do head -c 300000 /dev/urandom > $tree/random; done
first=$(save a one)
second=$(save b two)
save c three > /dev/null
[ ! -e repository/$mark ] || fail "there is a mark of a network"

# On the disk alone packs go at once.
bs-expire --last "$first" > /dev/null
before=$(packs)
bs-collect > out
[ "$(packs)" -lt "$before" ] || fail "nothing was deleted on a disk of this machine"

# By the network, for the first time.
bs-expire --last "$second" > /dev/null
busy bs-collect
[ -e repository/$mark ] || fail "there is no mark"
busy bs-expire --undo "$second"
busy bs-rename c d
busy bs-check --repair
busy bs-index --host c < /dev/null
before=$(packs)
far_save e three > name
[ "$(packs)" -gt "$before" ] || fail "a save relies on what a collector may be deleting"
before=$(packs)
far_save e three > name
[ "$(packs)" -eq "$before" ] || fail "a save does not rely on what came since"
expect_saved "$(cat name)" three

# On the machine of the disk everything works, and the collector waits.
before=$(packs)
bs-collect > out
cat out
[ "$(packs)" -ge "$before" ] || fail "packs were deleted under programs that come by a network"
grep -q 'hours to pass' out || fail "it does not say what it waits for"
bs-check --repair > out || fail "bs-check --repair ends with $?"

# Twelve hours later.
touch -d '13 hours ago' repository/intents/00000000000000000000000000000000?*
before=$(packs)
far_save f three > name
[ "$(packs)" -eq "$before" ] || fail "a save stores again what is there"
far bs-collect > out || fail "bs-collect by the network ends with $?"
far bs-check --repair > out || fail "bs-check --repair by the network ends with $?"
expect_saved "$(cat name)" three

# Made by the network, and encrypted: the mark is there before the repository is, and a host that may only write has read it.
printf 'correct horse battery staple\n' > passphrase
export BACKSHIFT_PASSPHRASE_FILE=$PWD/passphrase BACKSHIFT_REPOSITORY=$PWD/sealed
far bs-init
[ -e sealed/$mark ] || fail "there is no mark"

# Killed before there was a configuration, it can be made all the same.
cp -a sealed begun
rm begun/backshift
far bs-init begun || fail "what was begun cannot be made"
far_save a one > name
before=$(packs)
far_save a one > name
[ "$(packs)" -eq "$before" ] || fail "a save stores again what is there"
far bs-collect > out || fail "bs-collect by the network ends with $?"
bs-key host h > h.key
(
  unset BACKSHIFT_PASSPHRASE_FILE
  export BACKSHIFT_KEY_FILE=$PWD/h.key XDG_STATE_HOME=$PWD/state
  far_save h two > name
  before=$(packs)
  far_save h two > name
  [ "$(packs)" -eq "$before" ] || fail "a host stores again what it has stored"
)

# A host that may only write, of a repository that was made on the disk: its first saves by the network leave nothing out.
export BACKSHIFT_REPOSITORY=$PWD/near
bs-init
bs-key host h > near.key
(
  unset BACKSHIFT_PASSPHRASE_FILE
  export BACKSHIFT_KEY_FILE=$PWD/near.key XDG_STATE_HOME=$PWD/near-state
  for _ in 1 2 3; do far bs-save --host h two > name; done
)
expect_saved "$(cat name)" .
bs-check --read-data > out || { cat out; fail "bs-check ends with $?"; }
