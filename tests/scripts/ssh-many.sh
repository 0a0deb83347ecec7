# One ssh server and many clients at once: twenty that save, one that lists, one that restores and one that collects, beside clients that stall, die, lie and
# never stop. Nothing is lost, each server keeps to its memory, no other client waits for one that stalls, and none is served much later than the others.
# only: bin
# takes: 30
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sshd.sh"
need :msgpack
keys all append read collect
{
  echo "restrict $(cat all-key.pub)"
  authorize append --append-only
  authorize read --read-only
  authorize collect --collect
} > authorized
start_sshd
repository=$SSH_REPOSITORY
savers=20
as all bs-init --plain "$repository"
mkdir common
seq 40000 > common/numbers
head -c 3000000 /dev/urandom > common/noise
first=$(as append bs-save -r "$repository" --host first common)

# Clients that mean no good. `raw` is a connection without a client.
raw() {
  ssh -F none -i "$TMP/append-key" -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile="$TMP/known" -o LogLevel=ERROR -p "$SSH_PORT" \
    "$SSH_USER@127.0.0.1"
}
endless() { exec "$PYTHON" "$ROOT/tests/scripts/endless-client.py"; }
# Those that stall and never stop are ended by this; their servers and what feeds them end with them.
at_exit pkill -f -- "-i $TMP/append-key"
mkfifo stalled
# It asks, and never reads an answer: the server cannot get rid of them.
exec 8<> stalled
(endless | raw) > stalled & bad=($!)
# It never stops asking.
(endless | raw) > /dev/null & bad+=($!)
# It lies: this is no request.
head -c 3000000 /dev/urandom | raw > /dev/null 2> lied || true

# save_one I: saves tree I, and says in took.I for how many milliseconds.
save_one() {
  local began=${EPOCHREALTIME/./}
  as append bs-save -r "$repository" --host "host$1" "tree$1" > "name.$1" 2> "said.$1" || return
  echo $(((${EPOCHREALTIME/./} - began) / 1000)) > "took.$1"
}
for i in $(seq $savers); do
  mkdir "tree$i"
  cp common/numbers "tree$i/"
  head -c 1500000 /dev/urandom > "tree$i/own"
done
for i in $(seq $savers); do
  save_one "$i" & saver[i]=$!
done
: > peaks
while sleep 0.5; do
  for one in $(pgrep -f "^$BIN/bs-serve "); do sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$one/status" 2> /dev/null >> peaks || true; done
done & watcher=$!
at_exit kill $watcher

# Beside them, again and again until all have saved.
list() { as read bs-ls -r "$repository" > listed; }
restore() { as read bs-tar -r "$repository" "$first" | tar df -; }
collect() { as collect bs-collect -r "$repository" --max-unused 0% > collected; }
again() {
  while sleep 0.3 && [ ! -e ended ]; do
    "$1" || exit 1
    echo "$1" >> rounds
  done
}
: > rounds
again list 2> list.said & lister=$!
again restore > restore.said 2>&1 & restorer=$!
again collect 2> collect.said & collector=$!
# One dies in the middle.
as append bs-save -r "$repository" --host dead common > dead.name 2> dead.said & dead=$!
sleep 0.3
kill -KILL $dead
wait $dead 2> /dev/null || true
for i in $(seq $savers); do
  wait "${saver[i]}" || fail "saver $i: status $?: $(cat "said.$i")"
done
for i in $(seq $savers); do cat "took.$i"; done | sort -n > times
# Each of the others gets its turn while there is one that saves: it goes on until they had it.
for ((more = 0; more < 100 && $(sort -u rounds | wc -l) < 3; more++)); do
  date > tree1/more
  save_one 1 || fail "saver 1, once more: $(cat said.1)"
done
echo "until all had saved: $(sort rounds | uniq -c | tr -s '\n ' ' ')"
[ "$(sort -u rounds | wc -l)" -eq 3 ] || fail "beside $((savers + more)) saves not all could list, restore and collect"
touch ended
wait $lister || fail "the list: $(cat list.said)"
wait $restorer || fail "the restore: $(cat restore.said)"
wait $collector || fail "the collection: $(cat collect.said)"

for i in $(seq $savers); do
  bs-tar -r "$SSH_HOME/repository" "$(cat "name.$i")" | tar df - || fail "saver $i: its saveset is not its tree"
done
[ "$(as read bs-ls -r "$repository" | wc -l)" -ge $((savers + 1)) ] || fail "listed: $(as read bs-ls -r "$repository")"
bs-check -r "$SSH_HOME/repository" --read-data > checked || fail "$(cat checked)"
[ "$(wc -l < peaks)" -gt $savers ] || fail "the memory of no server was seen"
most=$(sort -n peaks | tail -n 1)
echo "a server took $most kB at the most"
[ "$most" -lt 100000 ] || fail "a server took $most kB"
# All began together and saved as much. One that is served only when the others, or those that never stop, leave it time takes many times as long.
mapfile -t took < times
echo "a save took ${took[0]} to ${took[savers - 1]} ms, half of them ${took[savers / 2]} ms at the most"
[ "${took[savers - 1]}" -le $((3 * took[savers / 2])) ] || fail "the slowest save took ${took[savers - 1]} ms, and the others: ${took[*]}"
for one in "${bad[@]}"; do kill -0 "$one" 2> /dev/null || fail "a client that was to stall or go on has ended: this tests nothing"; done
