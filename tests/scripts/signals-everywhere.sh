# SIGTERM, SIGINT and SIGHUP end every program within a second, whatever it does or waits for: a pipe that nobody writes to or reads from, standard error that
# nobody reads, open(2) of a fifo, a child that does not end, loops that take long. The status says which signal it was, and the repository is good afterwards.
# Only what bs-store publishes may take longer, and then another signal ends it at once.
# only: bin
# waits
# takes: 80
# timeout: 600
. "${0%/*}/lib.sh"
need :msgpack
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir tree
for n in $(seq 3000); do echo "$n" > "tree/a-name-that-makes-the-stream-longer-so-that-a-pipe-is-full-before-it-ends-$n"; done
head -c 8000000 /dev/urandom > tree/large
name=$(save whole tree)
bs-walk tree > walked
bs-walk tree | bs-chunk > chunked
(cd tree && tar cf ../tree.tar .)
bs-json < walked > walked.json
mkfifo fifo silent full
# Both ends are held open: who reads "silent" waits, and so does who writes to "full" once that is full.
exec 6>&2 7<> silent 8<> full

# listens PID: until it catches SIGHUP, which is when a program is about to begin with its work.
listens() {
  local i caught
  for ((i = 0; i < 200; i++)); do
    caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2> /dev/null) || return 0
    [ $((0x${caught:-0} & 1)) -eq 0 ] || return 0
    sleep 0.05
  done
}

# ends SIGNAL COMMAND…: COMMAND, sent SIGNAL while it runs, ends within a second with the status of it. On a machine that is busy everything takes longer: it is
# granted twenty times what a program that does nothing takes there.
ends() {
  local signal=$1 number pid status=0 start took
  shift
  case $signal in HUP) number=129 ;; INT) number=130 ;; TERM) number=143 ;; esac
  # A shell starts its background jobs with SIGINT ignored, and what is ignored stays so.
  "$PYTHON" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$@" <&0 & pid=$!
  listens $pid
  sleep "${WAIT:-0.3}"
  kill -0 $pid 2> /dev/null || { wait $pid || status=$?; fail "ended by itself with status $status: $*" 2>&6; }
  start=$(date +%s%N)
  bash -c : && bash -c :
  local limit=$((1000 + 10 * ($(date +%s%N) - start) / 1000000))
  start=$(date +%s%N)
  kill -$signal $pid
  { sleep 20; kill -KILL $pid; } 2> /dev/null & local guard=$!
  { wait $pid || status=$?; } 2> /dev/null
  took=$((($(date +%s%N) - start) / 1000000))
  pkill -P $guard 2> /dev/null || true
  kill $guard 2> /dev/null || true
  wait $guard 2> /dev/null || true
  echo "$took ms, status $status: SIG$signal to $*" >&6
  [ $status -eq $number ] || fail "status $status after SIG$signal: $*" 2>&6
  [ $took -le $limit ] || fail "ended only $took ms after SIG$signal: $*" 2>&6
}

# --- nothing comes
for signal in TERM INT HUP; do
  for program in "bs-walk -0" bs-since bs-chunk bs-store bs-index bs-json "bs-json -d" "bs-ls -" "bs-tar -" "bs-restore - -C ." "bs-untar" "bs-wrap x"; do
    # shellcheck disable=SC2086
    ends $signal $program < silent > /dev/null 2> said
  done
done

# --- nobody reads
fill() { timeout 20 "$PYTHON" -c 'import fcntl, os
# As large as the programs make it.
fcntl.fcntl(8, 1031, 1 << 20)
os.set_blocking(8, False)
try:
    while True: os.write(8, b"x" * 4096)
except BlockingIOError: pass'; }
drain() { "$PYTHON" -c 'import os
os.set_blocking(8, False)
try:
    while os.read(8, 1 << 20): pass
except BlockingIOError: pass'; }
for signal in TERM INT; do
  fill
  ends $signal bs-walk tree > full 2> said
  ends $signal bs-since < walked > full 2> said
  ends $signal bs-chunk < walked > full 2> said
  ends $signal bs-store --host forward --forward < chunked > full 2> said
  ends $signal bs-json < walked > full 2> said
  ends $signal bs-json -d < walked.json > full 2> said
  ends $signal bs-ls - < walked > full 2> said
  ends $signal bs-ls "$name" > full 2> said
  ends $signal bs-find '*' > full 2> said
  ends $signal bs-stat > full 2> said
  ends $signal bs-report > full 2> said
  ends $signal bs-cat "$name" large > full 2> said
  ends $signal bs-read "$name" > full 2> said
  ends $signal bs-tar "$name" > full 2> said
  ends $signal bs-tar - < chunked > full 2> said
  rm -rf restored && mkdir restored
  ends $signal bs-restore "$name" -C restored -v > full 2> said
  ends $signal bs-untar < tree.tar > full 2> said
  ends $signal bs-wrap x < tree.tar > full 2> said
  ends $signal bs-wrap x --exec cat tree.tar > full 2> said
  # What is said is not taken either.
  ends $signal bs-walk /no/such/place tree > full 2> full
  ends $signal bs-chunk < walked > full 2> full
  ends $signal bs-store --help > full 2> full
  drain
done

# --- a fifo to which nobody writes, where a file is to be opened
for signal in TERM INT; do
  ends $signal bs-walk --exclude-from fifo tree > /dev/null 2> said
  ends $signal bs-tar -T fifo "$name" > /dev/null 2> said
done

# --- a child that goes on: it is asked to end as well
ends TERM bs-wrap x --exec sh -c 'echo $$ > pid; exec sleep 100' > /dev/null 2> said
for _ in $(seq 100); do kill -0 "$(cat pid)" 2> /dev/null || break; sleep 0.05; done
! kill -0 "$(cat pid)" 2> /dev/null || fail "the child goes on"
ends TERM bs-wrap x --exec sh -c "trap '' TERM; echo \$\$ > pid; sleep 100 & wait; wait" > /dev/null 2> said
kill -KILL "$(cat pid)" 2> /dev/null || true
fill
ends TERM bs-wrap x --exec sh -c 'echo $$ > pid; cat tree.tar; exec sleep 100' > full 2> said
for _ in $(seq 100); do kill -0 "$(cat pid)" 2> /dev/null || break; sleep 0.05; done
! kill -0 "$(cat pid)" 2> /dev/null || fail "the child goes on behind a full pipe"
drain

# --- long loops: a map of half a million holes, which is read whole before the first byte of the archive
"$PYTHON" - > sparse << 'END'
import hashlib, msgpack, sys
w = lambda **r: sys.stdout.buffer.write(msgpack.packb(r))
w(kind="begin", version=1, host="holes")
n = 500000
w(kind="entry", path=b"sparse", type="file", mode=0o644, size=n * 5000, content=True)
d = hashlib.sha256(b"x").digest()[:24]
w(kind="chunk", size=1, digest=d, bytes=b"x")
w(kind="hole", size=4999)
for _ in range(n - 1):
    w(kind="chunk", size=1, digest=d)
    w(kind="hole", size=4999)
w(kind="end")
END
holes=$(bs-store < sparse)
WAIT=0.3 ends TERM bs-tar "$holes" > /dev/null 2> said
WAIT=0.3 ends TERM bs-tar "$holes" > full 2> said

# --- what is published may take longer; another signal ends that at once
if command -v strace > /dev/null && strace -o /dev/null true 2> /dev/null; then
  : > said
  # The first two make the intent of the save durable.
  : > trace
  strace -f -qq -o trace -e trace=fsync -e inject=fsync:delay_enter=4000000:when=3+ bs-store --host slow < chunked > name 2> said & tracer=$!
  for _ in $(seq 200); do [ "$(grep -c fsync trace)" -lt 3 ] || break; sleep 0.05; done
  store=$(pgrep -P $tracer)
  kill -TERM "$store"
  for _ in $(seq 60); do ! grep -q "publishing what was received" said || break; sleep 0.05; done
  grep -qx "bs-store: publishing what was received; another signal ends the program at once" said || { cat said; fail "nothing is said while it publishes"; }
  kill -TERM "$store"
  start=$(date +%s%N)
  wait $tracer || true
  took=$((($(date +%s%N) - start) / 1000000))
  # A thread that sleeps in strace's injection ends when that is over.
  [ $took -le 5500 ] || fail "the second signal took $took ms"
  expect_empty name
fi

expect_good --read-data
[ "$(bs-ls --host slow --complete | wc -l)" -eq 0 ] || fail "a saveset was published after the second signal"
