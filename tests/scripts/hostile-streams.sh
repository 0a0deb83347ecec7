# Streams that lie about lengths, nest without end, climb out of the tree or are noise: refused with a word, never with a stack trace or much
# memory; the repository stays good and nothing of them is called complete. The same for every stage that reads one.
# only: bin
# takes: 40
. "${0%/*}/lib.sh"
need :msgpack
[ -x /usr/bin/time ] || skip "no /usr/bin/time"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
first=$(save first "$ROOT/man")
"$PYTHON" "$ROOT/tests/scripts/hostile-streams.py" streams

bad=0
wrong() {
  echo "$*" >&2
  head -c 2000 said >&2
  bad=$((bad + 1))
}
# The programs of an installed .NET carry its compiler with them.
case $BIN in *jit) limit=262144 ;; *) limit=131072 ;; esac
# run PROGRAM…: its status in $status; what is wrong however it ended is counted.
run() {
  status=0
  /usr/bin/time -q -f %M -o memory "$@" > out 2> said || status=$?
  ! grep -q '^   at ' said || wrong "a stack trace: $* < $name"
  [ "$status" -ne 70 ] && [ "$status" -lt 128 ] || wrong "status $status: $* < $name"
  [ "$(tail -n 1 memory)" -le $limit ] || wrong "$(tail -n 1 memory) KiB: $* < $name"
  # Refusing takes a few lines, not pages of what came.
  [ "$(wc -c < said)" -lt 70000 ] || wrong "$(wc -c < said) bytes of words: $* < $name"
}
complete=1
for name in streams/*; do
  case ${name#*/} in
  ok-*) wanted=0 ;;
  problem-*) wanted=3 ;;
  *) wanted=65 ;;
  esac
  case ${name#*/} in host-*) run bs-store < "$name" ;; *) run bs-store --host "${name#*/}" < "$name" ;; esac
  [ $status -eq $wanted ] || wrong "status $status, expected $wanted: bs-store < $name"
  [ $wanted -eq 0 ] || [ -s said ] || wrong "not a word: bs-store < $name"
  [ $wanted -ge 64 ] || complete=$((complete + 1))
  # Half of them for each of the others, so that it does not take long.
  case $BIN in *jit) continue ;; esac
  run bs-chunk < "$name"
  run bs-ls - < "$name"
  run bs-tar - < "$name"
  case ${name#*/} in host-*) run bs-index < "$name" ;; *) run bs-index --host "index-${name#*/}" < "$name" ;; esac
  [ $status -ne 0 ] && [ $status -ne 3 ] || complete=$((complete + 1))
  [ $wanted -ne 65 ] || [ $status -ne 0 ] || case ${name#*/} in
  # bs-index takes references as they come and has no chunk to hold against a digest.
  digest-wrong) ;;
  *) wrong "status 0: bs-index < $name" ;;
  esac
done
[ $bad -eq 0 ] || fail "$bad streams were not met as they should"
[ "$(complete_savesets)" -eq $complete ] || { bs-ls; fail "not $complete complete savesets"; }
[ ! -e etc ] && [ ! -e "$TMP/../etc" ] || fail "a stream has climbed out"
expect_good --read-data
bs-tar "$first" | tar --diff -f - -C "$ROOT/man"
# What is stored of a stream that was not all bad is what was in it.
bs-ls problem-unknown-reference@latest > names
echo other | expect_same names -
