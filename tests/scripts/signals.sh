# SIGHUP, SIGINT and SIGTERM at random moments, to the whole pipeline as a terminal sends them, and to bs-store alone: what came is an incomplete saveset, the
# status is 128 and the signal, the repository is good, what was saved before restores, the next save is complete. SEED=N repeats a run.
# only: bin
# waits
. "${0%/*}/lib.sh"
need pgrep ps
SEED=${SEED:-$RANDOM}
echo "SEED=$SEED"
RANDOM=$SEED
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
first=$(save first "$ROOT/man")
mkdir tree
for n in $(seq 40); do head -c 400000 /dev/urandom > tree/$n; done

for ((round = 0; round < ${ROUNDS:-3}; round++)); do
  for signal in HUP INT TERM; do
    for target in group store; do
      # New each time, so that there is something to store.
      for n in $(seq 1 2 40); do head -c 400000 /dev/urandom > tree/$n; done
      moment=$((RANDOM % 800))
      cd tree
      set -m
      bs-walk . 2> ../walk.said | bs-since --host "$signal" 2> ../since.said | bs-chunk 2> ../chunk.said |
        "$PYTHON" -S "$ROOT/tests/scripts/throttle.py" 16 2> /dev/null \
        | bs-store --host "$signal" --publish-bytes 1M > ../name 2> ../store.said & store=$!
      set +m
      cd ..
      group=$(ps -o pgid= $store | tr -d ' ')
      sleep "$(printf '0.%03d' $moment)"
      case $target in group) kill -$signal -- -$group ;; store) kill -$signal $store ;; esac 2> /dev/null || true
      status=0
      wait $store || status=$?
      case $signal in HUP) wanted=129 ;; INT) wanted=130 ;; TERM) wanted=143 ;; esac
      [ $status -eq $wanted ] || [ $status -eq 0 ] || { cat ./*.said; fail "status $status after SIG$signal to the $target"; }
      if [ $status -eq 0 ]; then
        expect_saved "$(cat name)" tree
      else
        expect_empty name
        # Of a stream that had not begun nothing is kept.
        if grep -q "kept as the incomplete saveset" store.said; then
          kept=$(sed -n 's/.*incomplete saveset \([^,]*\),.*/\1/p' store.said)
          [[ $kept != *~* ]] || fail "$kept is a checkpoint"
          bs-tar "$kept" | tar --diff -f - -C tree || fail "$kept does not restore"
        fi
        ! grep -q '   at ' ./*.said || { cat ./*.said; fail "a stack trace"; }
      fi
      # A checkpoint goes when what stands for it is there.
      ! bs-ls | grep -F '~' || fail "a checkpoint is left over"
      for ((i = 0; i < 100; i++)); do
        pgrep -g "$group" > list || break
        sleep 0.05
      done
      ! pgrep -al -g "$group" || fail "some of them have not ended"
      expect_good
      echo "SIG$signal to the $target after $moment ms: status $status, $(bs-ls | wc -l) savesets"
    done
  done
done
expect_saved "$first" "$ROOT/man"
for signal in HUP INT TERM; do
  (cd tree && bs-walk . | bs-since --host $signal | bs-chunk | bs-store --host $signal) > name
  expect_saved "$(cat name)" tree
done
expect_good --read-data

# timeout(1) signals its child, and then the child's group: one request, not two.
mkfifo fifo
(cd tree && bs-walk . | bs-chunk) > stream
timeout --preserve-status -s TERM 1 bs-store --host timeout < fifo > name 2> store.said & timeout=$!
exec 7> fifo
head -c 10000000 stream >&7
status=0
wait $timeout || status=$?
exec 7>&-
[ $status -eq 143 ] || { cat store.said; fail "status $status from timeout"; }
bs-ls | grep -q '^timeout@.* incomplete ' || { cat store.said; fail "nothing was kept"; }
