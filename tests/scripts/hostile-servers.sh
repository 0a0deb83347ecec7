# A server that lies, in every way that hostile-server.py knows: programs end with a message and a status, never with a stack, never for ever, and never take
# what is not there for there. bs-serve answers hostile clients, or ends, within 64 MB of memory.
# only: bin
# takes: 80
# timeout: 1200
. "${0%/*}/lib.sh"
need :msgpack
export PYTHONDONTWRITEBYTECODE=1

mkdir -p tree
head -c 300000 /dev/urandom > tree/random
seq 20000 > tree/numbers
bs-init --plain base
BACKSHIFT_REPOSITORY=$TMP/base save h tree > name
name=$(cat name)
echo new > tree/new
(cd tree && bs-walk . | bs-chunk) > stream
rm tree/new

# with_lie LIE COMMAND…: a program whose server lies. Its status must be one that a program has, and what it says be fit for a terminal.
with_lie() {
  local lie=$1 status=0
  shift
  rm -rf repository
  cp -a base repository
  timeout 30 "$@" -r "exec:exec '$PYTHON' '$ROOT/tests/scripts/hostile-server.py' $lie '$TMP/repository'" < stream > out 2> said || status=$?
  case $status in
  0 | 3 | 6[4-9] | 7[1-8]) ;;
  *) cat said; echo "FAIL $lie: $*: status $status" >> failures ;;
  esac
  if grep -qaE '^   at |Unhandled|InvalidOperation|Exception' said; then
    cat said
    echo "FAIL $lie: $*: a stack" >> failures
  fi
  # A message is text of one line.
  if LC_ALL=C grep -qaP '[\x00-\x08\x0b-\x1f\x7f]' said; then
    cat -v said
    echo "FAIL $lie: $*: control characters" >> failures
  fi
  [ "$status" -eq 0 ] || [ -s said ] || echo "FAIL $lie: $*: status $status and no message" >> failures
  if [ "$status" -eq 0 ] && [ "$1" = bs-tar ] && ! tar --diff -f out -C tree; then
    echo "FAIL $lie: $*: something else was given out" >> failures
  fi
  echo "$lie: $1: $status: $(head -n 1 said | cat -v | cut -c 1-200)"
}

: > failures
told=0
for lie in $("$PYTHON" "$ROOT/tests/scripts/hostile-server.py" --list); do
  # These leave a program waiting for the rest.
  case $lie in silent | stops-reading | endless-list | cut) continue ;; esac
  with_lie "$lie" bs-ls
  [[ $lie != hello-* ]] || continue
  with_lie "$lie" bs-tar "$name"
  # In turn, since each takes its time: what lies about reading is met by both, and BACKSHIFT_LONG has each lie told to each.
  ((++told % 2)) && [ -z "${BACKSHIFT_LONG:-}" ] || with_lie "$lie" bs-check --read-data
  ((told % 2 == 0)) && [ -z "${BACKSHIFT_LONG:-}" ] || with_lie "$lie" bs-store --host s
  case $lie in *list* | time-* | received-* | gone* | said-* | lease-*) with_lie "$lie" bs-collect ;; esac
done
expect_empty failures

# A server that never answers is waited for, as ssh(1) would be; a signal ends the program.
status=0
timeout -s TERM 2 bs-ls -r "exec:exec '$PYTHON' '$ROOT/tests/scripts/hostile-server.py' silent '$TMP/base'" > out 2> said || status=$?
[ $status -eq 124 ] || { cat said; fail "a server that does not answer: status $status"; }

# One that sends what is no answer and reads no more: what is being written to it is given up, and it is ended.
status=0
rm -rf repository
cp -a base repository
mkdir other
head -c 8000000 /dev/urandom > other/noise
(cd other && bs-walk . | bs-chunk) > stream
timeout 60 bs-store --host s -r "exec:'$PYTHON' '$ROOT/tests/scripts/hostile-server.py' stops-reading '$TMP/repository'" < stream > out 2> said || status=$?
[ $status -eq 74 ] || { cat said; fail "a server that stops reading: status $status"; }
# It has been killed, and is gone in a moment.
for ((i = 0; i < 100; i++)); do pgrep -f "stops-reading '?$TMP/repository" > left || break; sleep 0.1; done
expect_empty left

cp -a base served
timeout 600 "$PYTHON" "$ROOT/tests/scripts/hostile-client.py" served > clients 2>&1 || { cat clients; fail "a hostile client"; }
# They may write, and have written what is no object; but what was there is as it was, and nothing is anywhere else.
(bs-tar -r served "$name" | tar --diff -f - -C tree) || fail "a hostile client has changed something"
find served -type f | grep -vE '^served/(packs/../|index/|keys/|settings/|intents/|condemned/|savesets/h/|backshift$|CACHEDIR.TAG$)' > elsewhere || true
expect_empty elsewhere
