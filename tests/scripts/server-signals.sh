# A signal to all of a pipeline, as timeout(1), a terminal or kill(1) sends it, with the repository behind a server: it is for the programs, and not
# for the server: a question ends nothing, and no program finds its connection cut.
# only: bin
# takes: 10
. "${0%/*}/lib.sh"
need setsid pgrep
mkdir tree
for i in $(seq 20); do head -c 1000000 /dev/urandom > "tree/$i"; done
bs-init --plain repository
export BACKSHIFT_REPOSITORY="exec:exec bs-serve $TMP/repository"

# begin NAME: a save that has stored something, and waits for more, in a process group of its own.
begin() {
  rm -f slow
  mkfifo slow
  env --default-signal=INT setsid sh -c "
    trap '' USR1
    (find tree -print0; cat slow) | bs-walk | bs-chunk -r \"\$BACKSHIFT_REPOSITORY\" | bs-store --host $1" > "$1.out" 2> "$1.said" &
  save=$!
  exec 9> slow
  # setsid(1) is no leader of a group here, so it stays the same process.
  group=$save
  sleep 1
}

begin asked
kill -USR1 -- "-$group"
sleep 1
exec 9>&-
status=0
wait $save || status=$?
[ $status -eq 0 ] || fail "status $status after SIGUSR1: $(cat asked.said)"
bs-tar "$(cat asked.out)" | tar df -

for signal in INT TERM HUP; do
  begin "got-$signal"
  kill "-$signal" -- "-$group"
  # What reads the list may ignore the signal, and ends now.
  sleep 2
  exec 9>&-
  status=0
  wait $save || status=$?
  [ $status -ge 128 ] || fail "status $status after SIG$signal: $(cat "got-$signal.said")"
  ! grep -q 'the connection to the server was cut' "got-$signal.said" || fail "the server was ended by SIG$signal: $(cat "got-$signal.said")"
done
bs-check --read-data > checked || fail "$(cat checked)"
sleep 1
! pgrep -f "bs-serve $TMP/repository" > left || fail "servers are left: $(cat left)"
