# kill -9 of each stage at random moments, and SIGINT and SIGTERM: the last status tells, the repository is good, what was saved restores, the next
# save succeeds. SEED=N repeats a run.
# only: bin
# timeout: 600
# takes: 30
. "${0%/*}/lib.sh"
need ps
SEED=${SEED:-$RANDOM}
echo "SEED=$SEED"
RANDOM=$SEED
rounds=${ROUNDS:-4}

mkdir tree
cp -a "$ROOT/lib" "$ROOT/tests/vectors" tree
head -c 20000000 /dev/urandom > tree/random
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
first=$(save first "$ROOT/man")
mkfifo a b c

# start: a save of the tree; its stages are the processes $walk, $chunk and $store.
start() {
  rm -f name
  (cd tree && exec bs-walk . > ../a 2> ../walk.said) & walk=$!
  (cd tree && exec bs-chunk < ../a > ../b 2> ../chunk.said) & chunk=$!
  bs-store --host tree < b > name 2> store.said & store=$!
}
finish() {
  status=0
  wait "$store" || status=$?
  wait "$walk" "$chunk" || true
}
# How long a save takes here: it is to be hit at any point of it.
took=${EPOCHREALTIME/./}
start
finish
[ $status -eq 0 ] || { cat ./*.said; fail "the first save: status $status"; }
took=$((${EPOCHREALTIME/./} - took))
complete=$(complete_savesets)
rm -rf "$BACKSHIFT_REPOSITORY"
bs-init --plain
first=$(save first "$ROOT/man")
complete=1

for ((round = 0; round < rounds; round++)); do
  for victim in walk chunk store; do
    # What is new each time, so that there is something to store.
    head -c 3000000 /dev/urandom > tree/random-$victim
    moment=$((RANDOM * 32768 + RANDOM))
    # bs-walk is done long before the others, which have to wait for it to start.
    case $victim in walk) moment=$((moment % (took / 5))) ;; *) moment=$((moment % took)) ;; esac
    start
    sleep "$(printf '%d.%06d' $((moment / 1000000)) $((moment % 1000000)))"
    kill -KILL "${!victim}" 2> /dev/null || true
    finish
    if [ $status -eq 0 ]; then
      # It had done its work already.
      complete=$((complete + 1))
      expect_saved "$(cat name)" tree
    else
      [ "$victim" != store ] || [ $status -eq 137 ] || fail "bs-store was killed, and its status is $status"
      [ "$victim" = store ] || [ $status -eq 65 ] || { cat ./*.said; fail "$victim was killed, and the last status is $status"; }
      [ "$victim" = store ] || [ -s store.said ] || fail "no word of the stream that was cut"
      [ ! -s name ] || { complete=$((complete + 1)); expect_saved "$(cat name)" tree; }
    fi
    echo "$victim killed after $moment of $took us: status $status, $(bs-ls | wc -l) savesets"
    [ "$(complete_savesets)" -eq "$complete" ] || { bs-ls; fail "not $complete complete savesets after $victim was killed"; }
    expect_good
    bs-tar "$first" | tar --diff -f - -C "$ROOT/man" || fail "the first saveset does not restore any more"
  done
done
# What killed writers left is swept once it is a day old.
find repository/tmp -type f -exec touch -d '2 days ago' {} +
save tree tree > name
expect_saved "$(cat name)" tree
expect_good --read-data
[ -z "$(ls repository/tmp)" ] || fail "left in tmp: $(ls repository/tmp)"

# A signal that asks, while bs-store waits for more: what came is kept as incomplete, and the status names the signal.
(cd tree && bs-walk . | bs-chunk) > stream
for signal in INT TERM HUP; do
  case $signal in INT) wanted=130 ;; TERM) wanted=143 ;; HUP) wanted=129 ;; esac
  before=$(bs-ls | wc -l)
  # The pipe holds 1 MiB; when head is done, most of the stream has been taken. Job control, or the shell would have SIGINT ignored.
  set -m
  bs-store --host asked < a > name 2> said & store=$!
  exec 7> a
  head -c 15000000 stream >&7
  kill -$signal $store
  status=0
  wait $store || status=$?
  exec 7>&-
  set +m
  [ $status -eq $wanted ] || { cat said; fail "status $status after SIG$signal"; }
  expect_empty name
  [ "$(bs-ls | wc -l)" -eq $((before + 1)) ] || { cat said; fail "nothing was kept after SIG$signal"; }
  bs-ls --host asked | grep -q ' incomplete ' || fail "the saveset is not called incomplete"
  expect_good
done
# Incomplete is not latest.
expect_status 66 bs-ls asked@latest 2> said
# To the stages before it: the stream has no end then.
for signal in INT TERM; do
  case $signal in INT) wanted=130 ;; TERM) wanted=143 ;; esac
  for program in bs-walk bs-chunk; do
    set -m
    case $program in
    bs-walk)
      # Not straight into bs-store: it takes no file that nobody has read, and would be gone before its time.
      bs-walk --host asked < b > c 2> asked.said & asked=$!
      bs-chunk < c > a 2> chunk.said & between=$!
      ;;
    bs-chunk)
      bs-chunk < b > a 2> asked.said & asked=$!
      between=
      ;;
    esac
    bs-store --host asked-$program < a > name 2> said & store=$!
    exec 7> b
    if [ $program = bs-walk ]; then find tree -print0 >&7; else head -c 1000 stream >&7; fi ||
      { cat ./*said; fail "$program went away before it was asked to"; }
    sleep 0.2
    kill -$signal $asked
    status=0
    wait $asked || status=$?
    [ $status -eq $wanted ] || { cat ./*said; fail "$program: status $status after SIG$signal"; }
    [ -z "$between" ] || wait $between || [ $? -eq 65 ] || { cat ./*said; fail "bs-chunk ended with another status than 65"; }
    status=0
    wait $store || status=$?
    exec 7>&-
    set +m
    [ $status -eq 65 ] || { cat ./*said; fail "bs-store: status $status after $program had SIG$signal"; }
    # It was the end that was missing, and nothing else was wrong. bs-chunk may not have handed on anything of so little, or only the begin record.
    grep -qE 'without an end record|no begin record' said || { cat ./*said; fail "bs-store says something else after SIG$signal to $program"; }
    expect_empty name
  done
done
# To all of them at once, as a terminal does it; no shell stands in the pipeline, which would have a status of its own.
for signal in INT TERM; do
  case $signal in INT) wanted=130 ;; TERM) wanted=143 ;; esac
  cd tree
  set -m
  { find . -print0; exec sleep 100; } | bs-walk 2> /dev/null | bs-chunk 2> /dev/null | bs-store --host group > ../name 2> ../said & store=$!
  set +m
  cd ..
  sleep 0.5
  kill -$signal -- -"$(ps -o pgid= $store | tr -d ' ')"
  status=0
  wait $store || status=$?
  [ $status -eq $wanted ] || { cat said; fail "the last status is $status after SIG$signal to all"; }
  expect_empty name
  ! grep -q '   at ' said || { cat said; fail "a stack trace"; }
done
expect_good
bs-tar "$first" | tar --diff -f - -C "$ROOT/man" || fail "the first saveset does not restore any more"
save tree tree > name
expect_saved "$(cat name)" tree
