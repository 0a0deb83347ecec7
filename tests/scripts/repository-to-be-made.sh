# BACKSHIFT_REPOSITORY names a repository that bs-store --init is about to make: bs-since and bs-chunk, which only look into it, start all the same. One that
# the command line names has to be there, and one that cannot be read, or is damaged, is never taken for missing.
# only: bin
. "${0%/*}/lib.sh"
mkdir tree
seq 1 100000 > tree/numbers
echo small > tree/small

# what_is_saved: saved by what is piped in, restored and compared.
check() {
  expect_saved "$(cat name)" tree
  expect_good --read-data
}
export BACKSHIFT_REPOSITORY=$TMP/first
(cd tree && bs-walk . | bs-chunk | bs-store --init --plain --host h) > name 2> said || { cat said; fail "status $?"; }
expect_empty said
check
export BACKSHIFT_REPOSITORY=$TMP/second
(cd tree && bs-walk . | bs-since | bs-chunk | bs-store --init --plain --host h) > name 2> said || { cat said; fail "status $? with bs-since"; }
expect_empty said
check
# The chunks are those that the repository itself asks for: nothing is new the second time.
before=$(find second/packs -type f | wc -l)
(cd tree && bs-walk . | bs-chunk | bs-store --host h) > name
check
[ "$(find second/packs -type f | wc -l)" -eq "$before" ] || fail "the same files were cut otherwise once the repository was there"

# What an interrupted bs-init left, and an empty directory.
mkdir -p third/tmp
touch third/CACHEDIR.TAG third/tmp/x
export BACKSHIFT_REPOSITORY=$TMP/third
(cd tree && bs-walk . | bs-since -v 2> ../said | bs-chunk | bs-store --init --plain --host h) > name
grep -q 'no base' said || { cat said; fail "bs-since -v does not say that there is no base"; }
check
export BACKSHIFT_REPOSITORY=$TMP/fourth
bs-save --init --plain --host h "$TMP/tree" > name 2> said || { cat said; fail "bs-save --init: status $?"; }
bs-cat "$(cat name)" "${TMP#/}/tree/numbers" | cmp - tree/numbers

# Nobody makes it: bs-store says so, and its status is the pipeline's.
export BACKSHIFT_REPOSITORY=$TMP/none
expect_status 66 sh -c 'bs-walk tree 2> /dev/null | bs-since 2> said.since | bs-chunk 2> said.chunk | bs-store 2> said'
expect_empty said.since
expect_empty said.chunk
grep -q 'there is no repository' said || fail "bs-store does not say it"
[ ! -e none ] || fail "it came into being"

# Named by the option, it has to be there.
bs-walk tree > walked
for program in "bs-chunk -r" "bs-since -r" bs-since; do
  expect_status 66 $program "$TMP/none" < walked > out 2> said
  grep -q 'there is no repository' said || { cat said; fail "$program"; }
done

# refused STATUS: both say what is wrong with $BACKSHIFT_REPOSITORY, and let nothing through.
refused() {
  local program status
  for program in bs-chunk bs-since; do
    status=0
    $program < walked > out 2> said || status=$?
    [ $status -eq "$1" ] || { cat said; fail "$program: status $status, expected $1: $2"; }
    [ -s said ] || fail "$program says nothing: $2"
    expect_empty out
  done
}
export BACKSHIFT_REPOSITORY=$TMP/second
mv second/backshift configuration
refused 66 "the configuration is gone"
head -c 20 configuration > second/backshift
refused 65 "the configuration is cut off"
cp configuration second/backshift
one_copy second/backshift
printf x | dd of=second/backshift bs=1 seek=40 conv=notrunc 2> dd.said
refused 65 "the configuration is damaged"
export BACKSHIFT_REPOSITORY=$TMP/walked
refused 66 "it is a file"
if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null; then
  mkdir -p shut/inside
  chmod 0 shut
  chmod a+rx "$TMP"
  # as_nobody PROGRAM: where the programs can be run at all by somebody else.
  as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
  if as_nobody test -r "$BIN/bs-chunk"; then
    for program in bs-chunk bs-since; do
      status=0
      BACKSHIFT_REPOSITORY=$TMP/shut/inside as_nobody $program < walked > out 2> said || status=$?
      [ $status -ne 0 ] && [ $status -ne 3 ] || { cat said; fail "$program: status $status where the repository is not to be read"; }
      grep -q 'ermission' said || { cat said; fail "$program does not say what is wrong"; }
      expect_empty out
    done
  fi
fi
