# Two saves of one host overlap: the second ends while the first still walks. bs-since of the first then takes the second for its base and sends references
# to chunks that bs-store could not know when it started. Both savesets are complete, with status 0.
# only: bin
# waits
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
mkdir tree
for n in 1 2 3 4 5; do head -c 300000 /dev/urandom > tree/file-$n; done
# What was changed within two seconds of a save is read again.
touch -d '1 hour ago' tree/*

# overlap PROGRAM: the first save, with PROGRAM before the repository's name; stops after bs-store has opened the index, until the second is done.
overlap() {
  rm -rf repository
  bs-init --plain
  mkfifo go
  # The first record comes at once, so bs-store is running and has opened its index; bs-since starts afterwards.
  (cd tree && { read -r _ < ../go && bs-walk . | bs-since --host box --ignore-ctime -v 2> ../since.said | bs-chunk; }) | eval "$1" > first.name 2> first.said &
  first=$!
  # The index has been opened once the process sleeps in its first read: then the shared lock is held.
  for ((i = 0; i < 200; i++)); do
    grep -q "$(stat -c :%i repository/backshift) " /proc/locks && break
    sleep 0.05
  done
  sleep 0.3
  second=$(save box tree)
  echo > go
  wait $first || { cat first.said; fail "$1: status $?"; }
  rm go
  expect_empty first.said
  grep -q "base $second" since.said || { cat since.said; fail "the second is not the base of the first: this tests nothing"; }
  grep -q '5 of them unchanged' since.said || { cat since.said; fail "nothing was sent as references"; }
  expect_saved "$second" tree
  expect_saved "$(cat first.name)" tree
  expect_good --read-data
  [ "$(complete_savesets)" -eq 2 ] || { bs-ls; fail "not two savesets"; }
}
overlap 'bs-store --host box'
overlap 'bs-store --forward | bs-index --host box'

# The same without any run that names the new packs: of a writer that was killed between the two.
rm -rf repository
bs-init --plain
mkfifo go
(cd tree && { read -r _ < ../go && bs-walk . | bs-since --host box --ignore-ctime | bs-chunk; }) | bs-store --host box > first.name 2> first.said &
first=$!
sleep 1
save box tree > name
rm repository/index/*
echo > go
wait $first || { cat first.said; fail "status $?"; }
expect_empty first.said
expect_saved "$(cat first.name)" tree
