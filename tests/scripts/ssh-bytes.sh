# Of what is saved only chunks that the repository lacks cross the wire: every byte of a real ssh connection is counted, in each direction.
# only: bin
# takes: 80
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sshd.sh"
keys all
echo "restrict $(cat all-key.pub)" > authorized
start_sshd
count_crossing
printf 'correct horse battery staple\n' > passphrase
# A saveset, nodes of its tree, a run of the index, an intent and requests: what a save sends besides chunks of files. It is less than three of average size.
besides=40000

# crossed NAME LEAST MOST COMMAND…: the command sends so many bytes.
crossed() {
  local what=$1 least=$2 most=$3
  shift 3
  cross_afresh
  SSH_THROUGH=$CROSSING as all "$@" > out 2> said || fail "$what: status $?: $(cat said)"
  echo "$what: $(sent) bytes were sent, $(received) received"
  [ "$(sent)" -ge "$least" ] || fail "$what: $(sent) bytes were sent; the data has $least"
  [ "$(sent)" -le "$most" ] || fail "$what: $(sent) bytes were sent, more than $most"
}
# The three lines, where everything is read and bs-store alone decides what is sent.
lines() { bs-walk tree | bs-chunk -r "$1" | bs-store --host "$2" "$1"; }

round() {
  local repository=$SSH_REPOSITORY-$1
  shift
  rm -rf tree
  as all bs-init "$@" "$repository"
  mkdir -p tree/sub
  head -c 6000000 /dev/urandom > tree/large
  for i in $(seq 20); do head -c 100000 /dev/urandom > "tree/sub/file$i"; done
  # What was changed a moment before a save is read again by the next one.
  sleep 2.1
  crossed 'a first save' 8000000 8900000 bs-save -r "$repository" --host one tree
  crossed 'an unchanged one' 1 $besides bs-save -r "$repository" --host one tree
  [ "$(received)" -le 1000000 ] || fail "an unchanged one has received $(received) bytes"
  # A chunk that is read and is there already comes back once, to be verified.
  crossed 'an unchanged one, read' 1 $besides lines "$repository" one
  [ "$(received)" -le 8900000 ] || fail "an unchanged one that was read has received $(received) bytes"

  head -c 300000 /dev/urandom > tree/sub/new
  crossed 'one with a new file' 300000 $((330000 + besides)) bs-save -r "$repository" --host one tree
  cp tree/sub/new tree/sub/copy
  crossed 'one with a copy of it' 1 $besides bs-save -r "$repository" --host one tree
  mv tree/large tree/sub/moved
  mv tree/sub tree/other
  crossed 'one with all files moved' 1 $besides bs-save -r "$repository" --host one tree
  { printf x; cat tree/other/moved; } > tree/large
  crossed 'one with a byte before all others of a file' 1 $((128000 + besides)) bs-save -r "$repository" --host one tree

  # Another host has never saved anything, and knows nothing of what the first one has: the repository does.
  rm -rf .cache
  crossed 'a save by another host' 1 $besides bs-save -r "$repository" --host two tree
  crossed 'one by a third, read' 1 $besides lines "$repository" three

  # What is restored crosses once, and of a part that part.
  rm -rf .cache
  crossed 'a restore' 1 $besides bs-restore -r "$repository" -C "$(mktemp -d)" two@latest
  [ "$(received)" -ge 8300000 ] && [ "$(received)" -le 9300000 ] || fail "a restore has received $(received) bytes"
  rm -rf .cache
  crossed 'one of a file' 1 $besides bs-restore -r "$repository" -C "$(mktemp -d)" two@latest tree/other/new
  [ "$(received)" -ge 300000 ] && [ "$(received)" -le 1500000 ] || fail "a restore of a file has received $(received) bytes"
}
round plain --plain
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase
round encrypted
