# A server that is missing, chatters, or dies is reported once, with the status that says so, and nothing is lost; and a program of the server's machine agrees
# with a server about who is at work. bs-serve, and the server of examples/.
# only: bin
# takes: 15
. "${0%/*}/lib.sh"
need :msgpack pgrep flock
export PYTHONDONTWRITEBYTECODE=1
mkdir -p tree
head -c 500000 /dev/urandom > tree/random
seq 60000 > tree/numbers

said_once() { [ "$(grep -vc ': hint: ' said)" -eq 1 ] && grep -q "$1" said || { cat said; fail "not one line with '$1'"; }; }
left() { find "repository/$1" -type f 2> /dev/null | wc -l; }
wait_for() {
  local i
  for ((i = 0; i < 300; i++)); do
    ! "$@" > /dev/null 2>&1 || return 0
    sleep 0.1
  done
  fail "it does not come: $*"
}
collect() { bs-collect repository > summary 2> said || { cat summary said; fail "bs-collect: status $?"; }; }
is_announced() { find repository/intents -name "*~*" | grep -q .; }
# begin LOCATION: a save that has begun and waits for the rest of its stream. Sets save.
begin() {
  bs-store --host slow "$1" < pipe > slow 2> slow.said &
  save=$!
  exec 7> pipe
  head -c 1000 stream >&7
  wait_for is_announced
}
go_on() {
  { tail -c +1001 stream >&7; } 2> /dev/null || true
  exec 7>&-
}
mkfifo pipe patterns
(cd tree && bs-walk . | bs-chunk) > stream

# There is no server.
for program in "bs-ls -r" "bs-check -r" "bs-init --plain"; do
  expect_status 74 $program 'exec:exec no-such-program x' 2> said
  grep -q 'exec:exec no-such-program x: the server ended before it answered (status 127)' said || { cat said; fail "$program"; }
  [ "$(grep -c '^bs-' said)" -eq 2 ] || { cat said; fail "$program says more"; }
done
expect_status 64 bs-ls -r exec: 2> said
said_once 'names no command'
# It prints something first, as a shell may at login; or something else altogether; or it sends back what it gets.
for chatter in 'echo Welcome' 'exec yes 2> /dev/null' 'exec cat'; do
  status=0
  bs-ls -r "exec:$chatter; exec bs-serve nowhere" > out 2> said < /dev/null || status=$?
  [ $status -eq 65 ] || { cat said; fail "$chatter: status $status"; }
  said_once 'not the answer of a server'
  expect_empty out
done

for server in "bs-serve" "'$PYTHON' '$ROOT/examples/object_server.py'"; do
  location="exec:exec $server '$TMP/repository'"
  echo "$server"
  rm -rf repository
  # The directory is missing, or something else.
  for program in "bs-ls -r" "bs-check -r" "bs-store"; do
    expect_status 66 $program "$location" < stream > out 2> said
    said_once 'there is no repository'
    expect_empty out
  done
  [ ! -e repository ] || fail "it was made"
  expect_status 73 bs-init --plain "exec:exec $server '$TMP/tree'" 2> said
  said_once 'not empty'
  expect_status 73 bs-init --plain "exec:exec $server '$TMP/tree/numbers'" 2> said
  said_once 'numbers'
  [ "$(ls tree)" = "numbers
random" ] || fail "something was made there"

  # A save through the server, and a collector beside it: it waits, and deletes nothing that the save relies on.
  bs-init --plain repository
  save kept tree -r "$TMP/repository" > kept
  head -c 300000 /dev/urandom > tree/given-up
  gone=$(save gone tree -r "$TMP/repository")
  rm "repository/savesets/gone/${gone#gone@}"
  (cd tree && bs-walk . | bs-chunk) > whole
  mv whole stream
  begin "$location"
  kill -STOP $save
  collect
  grep -q "process $save on " summary && grep -q 'waiting for save by process' summary || { cat summary; fail "it does not wait for the save"; }
  [ "$(left condemned)" -eq 1 ] || fail "nothing is condemned"
  kill -CONT $save
  go_on
  wait $save || { cat slow.said; fail "the save ends with $?"; }
  BACKSHIFT_REPOSITORY=repository expect_saved "$(cat slow)" tree
  collect
  [ "$(left intents)$(left condemned)" = 00 ] || { cat summary said; ls repository/intents; fail "something is left"; }
  BACKSHIFT_REPOSITORY=repository expect_good --read-data

  # The saving side is killed: the server ends, and with it what it held. It is not waited for.
  begin "$location"
  kill -9 $save
  wait $save 2> /dev/null || true
  exec 7>&-
  wait_for flock -n -s "$(find "$PWD/repository/intents" -name '*~*')" true
  collect
  ! grep -q waiting summary || { cat summary; fail "it waits for a save that was killed"; }

  # The server is killed: status 74, said once, no saveset. The next save works.
  cat > wrapper << END
echo \$\$ > $TMP/pid
exec $server '$TMP/repository'
END
  before=$(bs-ls -r repository | wc -l)
  begin "exec:exec sh $TMP/wrapper"
  kill -9 "$(cat pid)"
  go_on
  status=0
  wait $save || status=$?
  [ $status -eq 74 ] || { cat slow.said; fail "status $status after the server was killed"; }
  [ "$(grep -c ': the connection to the server was cut (status 137)$' slow.said)" -eq 1 ] || { cat slow.said; fail "not said once"; }
  expect_empty slow
  [ "$(bs-ls -r repository | wc -l)" -eq "$before" ] || fail "there is a saveset"
  collect
  ! grep -q waiting summary || { cat summary; fail "it waits for a server that was killed"; }
  bs-store --host slow "$location" < stream > slow 2> slow.said || { cat slow.said; fail "the next save: status $?"; }
  BACKSHIFT_REPOSITORY=repository expect_saved "$(cat slow)" tree
  # What a killed server leaves in tmp is swept when it is a day old.
  find repository/tmp -type f -exec touch -d '25 hours ago' {} +
  touch -d '25 hours ago' "repository/tmp/$(printf %032d 7)"
  rm -f tree/given-up
  head -c 10000 /dev/urandom > tree/new
  (cd tree && bs-walk . | bs-chunk) > stream
  bs-store --host slow "$location" < stream > slow 2> slow.said || { cat slow.said; fail "the next save: status $?"; }
  [ "$(left tmp)" -eq 0 ] || fail "left in tmp: $(ls repository/tmp)"

  # bs-save announces itself before its pipeline, which it becomes: the server holds that until the last program of it ends.
  set -m
  bs-save -r "$location" --host slow --exclude-from patterns tree > slow 2> slow.said &
  save=$!
  set +m
  wait_for pgrep -g $save bs-store
  wait_for is_announced
  sleep 0.5
  "$PYTHON" - $save repository/intents/*~* > announced << 'END'
import msgpack, sys
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        data = file.read()
    body = msgpack.unpackb(data[36:36 + int.from_bytes(data[32:36], "little")], strict_map_key=False)
    if body["process"] == int(sys.argv[1]):
        print(path)
END
  [ "$(wc -l < announced)" -ge 1 ] || { ls repository/intents; fail "bs-save does not announce itself"; }
  while read -r intent; do
    ! flock -n -s "$intent" true || fail "what bs-save announces is not held"
  done < announced
  collect
  : > patterns
  wait $save || { cat slow.said; fail "bs-save: status $?"; }
  (bs-tar -r repository "$(cat slow)" | tar --diff -f -) || fail "bs-save has saved something else"
  ! is_announced || { ls repository/intents; fail "bs-save leaves an intent"; }
  BACKSHIFT_REPOSITORY=repository expect_good --read-data
  rm tree/new
  (cd tree && bs-walk . | bs-chunk) > stream
done
