# bs-wrap makes one file of what comes through a pipe; with --exec a producer that fails leaves no saveset that could be taken for whole.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

head -c 3000000 /dev/urandom > dump
name=$(cat dump | bs-wrap --mode 640 --mtime 2001-02-03T04:05:06.000000007Z ./dumps//db.sql | bs-chunk | bs-store --host web)
bs-cat "$name" dumps/db.sql | cmp - dump
[ "$(bs-ls --full-time "$name" | grep -c '^-rw-r----- .* 3000000 2001-02-03T04:05:06.000000007Z')" -eq 1 ] || fail "$(bs-ls --full-time "$name")"
name=$(: | bs-wrap empty | bs-chunk | bs-store --host empty)
[ "$(bs-ls -l "$name" | grep -c ' 0 .* empty$')" -eq 1 ] || fail "$(bs-ls -l "$name")"

# The producer has our standard input and error, and its arguments are its own.
name=$(cat dump | bs-wrap db.sql --exec sh -c 'echo "$1" >&2; cat' - --host 2> message | bs-chunk | bs-store --host exec)
bs-cat "$name" db.sql | cmp - dump
[ "$(cat message)" = --host ] || fail "$(cat message)"

expect_status 74 bs-wrap x --exec sh -c 'echo some; exit 9' > stream 2> message
grep -qx 'bs-wrap: sh: ended with status 9, so its output may be incomplete' message || fail "$(cat message)"
bs-wrap x --exec sh -c 'echo some; exit 9' 2> /dev/null | bs-chunk 2> /dev/null | expect_status 65 bs-store --host failed > name 2> message
expect_empty name
[ -z "$(bs-ls --host failed)" ] || fail "$(bs-ls)"

# A command is looked for past files that may not be run, as a shell does.
mkdir -p refused runs refused/isdir runs
echo 'echo wrong' > refused/tool
printf '#!/bin/sh\necho right\n' > runs/tool
cp runs/tool runs/isdir
chmod +x runs/tool runs/isdir
for tool in tool isdir; do
  [ "$(PATH=$TMP/refused:$TMP/runs:$PATH bs-wrap x --exec $tool | bs-chunk | bs-store --host path > name; bs-cat "$(cat name)" x)" = right ] ||
    fail "$tool: another file was run"
done
PATH=$TMP/refused:$PATH expect_status 77 bs-wrap x --exec tool > stream 2> message
grep -qF "bs-wrap: tool: may not be run: $TMP/refused/tool" message || fail "$(cat message)"

expect_status 66 bs-wrap x --exec no-such-command > stream 2> message
expect_empty stream
for name in / . a/.. a/ ''; do
  expect_status 64 bs-wrap "$name" < /dev/null > stream 2> message
  expect_empty stream
done
expect_status 64 bs-wrap --mode 8 x < /dev/null > stream 2> message
expect_status 64 bs-wrap --mtime today x < /dev/null > stream 2> message
expect_status 64 bs-wrap x --exec < /dev/null > stream 2> message

# A signal ends the producer too, and there is no end record.
bs-wrap x --exec sh -c 'echo $$ > pid; echo some; exec sleep 100' > stream 2> message &
wrapped=$!
until [ -s stream ]; do sleep 0.05; done
until [ -s pid ]; do sleep 0.05; done
kill -TERM $wrapped
status=0
wait $wrapped || status=$?
[ $status -eq 143 ] || fail "status $status: $(cat message)"
for _ in $(seq 100); do kill -0 "$(cat pid)" 2> /dev/null || break; sleep 0.05; done
! kill -0 "$(cat pid)" 2> /dev/null || fail "the producer goes on"
expect_status 65 bs-json < stream > /dev/null 2> message
