# While a save goes on, what has come is published: every --publish-every seconds, and when SIGUSR1 asks. kill -9 of all stages at random moments loses no more
# than what came since: the checkpoint is listed, restores and serves as a base, and the next save stores only the rest. SEED=N repeats a run.
# only: bin
# waits
. "${0%/*}/lib.sh"
need pgrep ps :msgpack :zstandard
SEED=${SEED:-$RANDOM}
echo "SEED=$SEED"
RANDOM=$SEED
export BACKSHIFT_REPOSITORY=$TMP/repository
throttle=$ROOT/tests/scripts/throttle.py
mkdir tree
for n in 10 11 12 13 14 15 16 17 18 19; do head -c 4000000 /dev/urandom > tree/$n; done
ln tree/10 tree/1-is-a-link
# A base does not vouch for files that are as young as itself.
sleep 2.5

# start OPTION…: a save of 40 MB at $rate MB a second; one process group, of which bs-store is $store.
rate=10
start() {
  cd tree
  set -m
  bs-walk . 2> ../walk.said | bs-since --host web -v 2> ../since.said | bs-chunk 2> ../chunk.said | "$PYTHON" -S "$throttle" $rate |
    bs-store --host web "$@" > ../name 2> ../store.said & store=$!
  set +m
  cd ..
  group=$(ps -o pgid= $store | tr -d ' ')
}
# checkpoint: waits until one is listed, other than $1; its name.
checkpoint() {
  local i name
  for ((i = 0; i < 400; i++)); do
    name=$(bs-ls | awk '$1 ~ /~/ { print $1 }')
    [ -z "$name" ] || [ "$name" = "${1-}" ] || { echo "$name"; return; }
    kill -0 $store 2> /dev/null || { cat store.said >&2; fail "it ended before anything was published"; }
    sleep 0.05
  done
  fail "nothing was published"
}

# SIGUSR1 to all of them. The script between them does not know it, so it gets none.
bs-init --plain
rate=4
start
rate=10
sleep 1.5
for pid in $(pgrep -g "$group"); do grep -aq throttle "/proc/$pid/cmdline" || kill -USR1 "$pid"; done
first=$(checkpoint)
[[ $first == web@*Z~1 ]] || fail "its name is $first"
sleep 0.5
kill -USR1 $store
second=$(checkpoint "$first")
[ "$second" = "${first%1}2" ] || fail "its name is $second"
wait $store || { cat ./*.said; fail "status $?"; }
# One line each, and what it was asked for was done all the same.
[ "$(grep -cE '^bs-store: published web@[0-9TZ.]+~[12], [0-9]+ entries; [0-9]+ entries, .*, stored .*, 0:0[0-9]' store.said)" -eq 2 ] ||
  { cat store.said; fail "not two lines"; }
grep -qE '^bs-chunk: [0-9]+ entries, ' chunk.said || { cat chunk.said; fail "bs-chunk says nothing"; }
expect_empty walk.said
[ "$(bs-ls | wc -l)" -eq 1 ] || { bs-ls; fail "a checkpoint is listed although the saveset is complete"; }
[ "$(cat name)" = "${first%~1}" ] || fail "the saveset is $(cat name), its checkpoint was $first"
[ "$(ls repository/savesets/web)" = "$(sed 's/.*@//' name)" ] || fail "left: $(ls repository/savesets/web)"
expect_saved "$(cat name)" tree
expect_good

# To the shell that bs-save has become: it goes on, and so does the rest. The list of patterns keeps it waiting meanwhile.
mkfifo patterns
set -m
bs-save -r repository --host save --count --exclude-from patterns tree > name 2> said & save=$!
set +m
until pgrep -g $save bs-store > list; do sleep 0.01; done
kill -USR1 $save
: > patterns
wait $save || fail "bs-save: status $? after SIGUSR1"
expect_saved "$(cat name)" .

# SIGUSR1 while nothing comes: it does not wait for the next record.
(cd tree && bs-walk . | bs-chunk) > stream
mkfifo fifo
bs-store --host idle < fifo > name 2> store.said & store=$!
exec 7> fifo
head -c 30000000 stream >&7
sleep 0.5
kill -USR1 $store
wanted=$(checkpoint)
[ "$(bs-ls "$wanted" | wc -l)" -ge 5 ] || fail "published: $(bs-ls "$wanted")"
tail -c +30000001 stream >&7
exec 7>&-
wait $store || fail "status $?"
expect_saved "$(cat name)" tree

# Killed.
for _ in 1 2 3; do
  rm -rf repository
  bs-init --plain
  start --publish-every 1
  checkpoint > /dev/null
  moment=$((RANDOM % 1500))
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  kill -KILL -- -$group
  wait $store 2> /dev/null || true
  expect_good
  [ "$(bs-ls | wc -l)" -eq 1 ] || { bs-ls; fail "not one saveset after kill -9"; }
  if [ "$(complete_savesets)" -eq 0 ]; then
    read -r name _ _ _ _ bytes _ <<< "$(bs-ls)"
    [[ $name == web@*Z~* ]] || fail "its name is $name"
    bs-tar "$name" | tar --diff -f - -C tree || fail "$name does not restore"
    start -v
    wait $store || { cat ./*.said; fail "the next save: status $?"; }
    grep -qF "bs-since: base $name" since.said || { cat since.said; fail "it is no base"; }
    grep -qE 'bs-since: [0-9]+ files, [1-9][0-9]* of them unchanged' since.said || { cat since.said; fail "nothing is taken from it"; }
    new=$(sed -n 's/.*; \([0-9.]*\) MB new, .*/\1/p' store.said | tail -n 1)
    echo "killed $moment ms after the first: $name had $bytes bytes, $new MB were new afterwards"
    # A megabyte for nodes, and for what is rounded.
    awk -v new="${new:-0}" -v had="$bytes" 'BEGIN { exit !(new * 1e6 <= 40e6 - had + 1e6) }' || fail "stored again"
    expect_saved "$(cat name)" tree
  fi
  expect_good --read-data
done

# The repository's page is enough to read it: of a save that was recorded while it went on the last stands for all.
rm -rf repository
bs-init --plain
start --publish-bytes 2M
checkpoint > /dev/null
kill -STOP $store
cp -a repository copy
kill -CONT $store
wait $store || fail "status $?"
cp -a repository/savesets/web/. copy/savesets/web
"$PYTHON" "$ROOT/examples/restore.py" copy > listed || fail "restore.py: status $?"
bs-ls -r copy > names
cmp <(cut -d ' ' -f 1 listed) <(cut -d ' ' -f 1 names | LC_ALL=C sort) || { cat listed names; fail "restore.py sees other savesets"; }
[ "$(find copy/savesets -name '*~*' | wc -l)" -gt "$(grep -c '~' listed)" ] || fail "there was no checkpoint to pass over"
