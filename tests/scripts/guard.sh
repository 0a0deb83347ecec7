# A root that is missing, empty or far smaller than in the last saveset is said. With --guard it is an error before anything is published: a disk that is not
# mounted does not become the latest saveset.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p disk/d other
for n in $(seq 40); do head -c 40000 /dev/urandom > "disk/d/f$n"; echo "$n" > "other/f$n"; done
good=$(bs-save --host h --guard disk other)
good=$(bs-save --host h --guard disk other)
savesets=$(bs-ls | wc -l)

# refused STATUS TEXT COMMAND…: COMMAND ends with STATUS, says TEXT, prints no name, and there is no saveset more, complete or not.
refused() {
  local status=$1 text=$2
  shift 2
  expect_status "$status" "$@" > name 2> said
  grep -qF -- "$text" said || { cat said; fail "'$text' is not said: $*"; }
  expect_empty name
  [ "$(bs-ls | wc -l)" -eq "$savesets" ] || fail "a saveset was published: $*"
}
# said STATUS TEXT COMMAND…: without --guard it is saved, and said.
said() {
  local status=$1 text=$2
  shift 2
  expect_status "$status" "$@" > name 2> said
  grep -qF -- "$text" said || { cat said; fail "'$text' is not said: $*"; }
  [ -s name ] || fail "no saveset: $*"
  savesets=$(bs-ls | wc -l)
}

mv disk aside
# Missing. The stage before has ended without a record, so the status is that of a stream that did not come.
refused 65 "root disk: No such file or directory" bs-save --host h --guard disk other
expect_status 66 bs-walk --guard disk > stream 2> message
expect_empty stream
# Empty, as the place of a disk is.
mkdir disk
refused 65 "root disk: is empty" bs-save --host h --guard disk other
refused 65 "root disk: is empty" bs-save --host new --guard disk
# Next to empty, as a new file system is, or a directory of which a file hides the mount point.
mkdir disk/lost+found
refused 66 "root disk: 2 entries and 0 bytes were received; $good has 42 and 1600000" bs-save --host h --guard disk other
refused 66 "root disk: 2 entries" bs-save --host h --guard --full disk other
refused 66 "no saveset is recorded, because roots are missing or have shrunk" bs-save --host h --guard disk other
# Something else in its place.
rmdir disk/lost+found disk
echo x > disk
refused 66 "root disk: nothing below it was received; $good has 42 entries" bs-save --host h --guard disk other
rm disk
# The names are there, their contents are not.
cp -r aside disk
for n in $(seq 40); do : > "disk/d/f$n"; done
refused 66 "root disk: 42 entries and 0 bytes were received" bs-save --host h --guard disk other
# In a pipeline by hand, and through bs-index.
rm -r disk
mkdir disk disk/one
refused 66 "root disk: 2 entries" sh -c 'bs-walk disk other | bs-chunk | bs-store --host h --guard'
refused 66 "root disk: 2 entries" sh -c 'bs-walk disk other | bs-chunk | bs-store --forward | bs-index --host h --guard'
[ "$(bs-ls h@latest | grep -c disk/d/f)" -eq 40 ] || fail "the latest saveset is another"

# What is meant to be so is saved without --guard, and then it is how it is.
said 0 "root disk: 2 entries" bs-save --host h disk other
rm -r disk
said 3 "root disk: no entry was received" bs-save --host h disk other
mkdir disk
said 0 "root disk: is empty" bs-save --host h disk other
# Another set of roots has nothing to be compared with, a list neither.
rm -r disk && mv aside disk
[ -n "$(bs-save --host h --guard other)" ] || fail "a root is missed that nobody named"
rm -r other && mkdir other && echo 1 > other/f1
find other -print0 | bs-walk | bs-chunk | bs-store --host h --guard > name || fail "a list is compared with roots"
expect_status 64 sh -c 'find other -print0 | bs-walk --guard' > stream 2> message
expect_status 64 bs-store --guard --forward < /dev/null > stream 2> message
expect_good --read-data
