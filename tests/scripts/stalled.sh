# A read that hangs, on a file system that does not answer: it is told of, once, and so is that it goes on. Meanwhile the programs can be ended: SIGTERM to
# the pipeline leaves an incomplete saveset and status 143, SIGKILL ends bs-chunk. Within one file the progress goes on.
# only: bin
# waits
. "${0%/*}/lib.sh"
need :fusepy fusermount mountpoint pgrep ps
need_root
[ -c /dev/fuse ] || skip "no /dev/fuse"

mkdir mnt
"$PYTHON" "$ROOT/tests/scripts/hanging-fs.py" mnt > fs.said 2>&1 & fs=$!
leave() {
  kill -CONT "$fs" 2> /dev/null
  umount -l "$TMP/mnt" 2> /dev/null
  kill -KILL "$fs" 2> /dev/null
}
at_exit leave
for ((i = 0; i < 100; i++)); do
  ! mountpoint -q mnt || break
  kill -0 $fs 2> /dev/null || { cat fs.said; skip "may not mount with FUSE"; }
  sleep 0.1
done
mountpoint -q mnt || { cat fs.said; skip "may not mount with FUSE"; }
cat mnt/a > /dev/null
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# wait_for TEXT FILE: until TEXT stands in FILE.
wait_for() {
  local i
  for ((i = 0; i < 600; i++)); do
    ! grep -qsF "$1" "$2" || return 0
    sleep 0.05
  done
  cat "$2" >&2
  fail "'$1' does not come in $2"
}

# A walk.
kill -STOP $fs
bs-walk --stalled 1 mnt/d > stream 2> walk.said & walk=$!
wait_for "bs-walk: stalled: no data from mnt/d for 1 s" walk.said
sleep 1.5
[ "$(grep -c stalled walk.said)" -eq 1 ] || { cat walk.said; fail "told of twice"; }
kill -CONT $fs
wait $walk || fail "bs-walk: status $? after it went on"
grep -qE '^bs-walk: mnt/d: resumed after [0-9]+ s$' walk.said || { cat walk.said; fail "it does not say that it resumed"; }
[ "$(bs-ls - < stream)" = "mnt/d/
mnt/d/f" ] || fail "the stream is not what was walked: $(bs-ls - < stream)"
# Or what the walk before has said would be found.
: > walk.said
kill -STOP $fs
bs-walk --stalled 1 mnt/d > stream 2> walk.said & walk=$!
wait_for stalled walk.said
kill -TERM $walk
status=0
wait $walk || status=$?
kill -CONT $fs
[ $status -eq 143 ] || fail "bs-walk: status $status after SIGTERM"
[ "$(tail -n 1 walk.said)" = "bs-walk: not waiting for mnt/d any longer" ] || { cat walk.said; fail "another word of why it ended at once"; }

# A read within a large file; the pipeline as a job of its own, so that all of it can be signalled. No shell stands in it: it would have a status of its own.
mkdir before
for n in $(seq 30); do head -c 100000 /dev/urandom > before/$n; done
start() {
  : > chunk.said
  set -m
  bs-walk before mnt/a mnt/slow 2> walk.said | bs-chunk --stalled 1 --progress json 2> chunk.said |
    bs-store --host fuse --progress json > name 2> store.said & store=$!
  set +m
  group=$(ps -o pgid= $store | tr -d ' ')
  wait_for '"file":"mnt/slow"' chunk.said
}
start
kill -STOP $fs
wait_for "bs-chunk: stalled: no data from mnt/slow for 1 s" chunk.said
sleep 1.5
kill -CONT $fs
status=0
wait $store || status=$?
[ $status -eq 0 ] || { cat ./*.said; fail "status $status after it went on"; }
[ "$(grep -c stalled chunk.said)" -eq 1 ] || { cat chunk.said; fail "told of twice"; }
grep -qE '^bs-chunk: mnt/slow: resumed after [0-9]+ s$' chunk.said || { cat chunk.said; fail "it does not say that it resumed"; }
! grep stalled store.said || fail "bs-store tells of it too"
bs-cat "$(cat name)" mnt/slow | "$PYTHON" -c '
import sys
assert sys.stdin.buffer.read() == b"".join(b"%08d" % n for n in range(8 << 20))' || fail "the file is not what it was"

# Within it there was a line a second as JSON with how far it was, from the stage that reads and from the one that stores.
for program in chunk store; do
  "$PYTHON" - $program.said << 'END2' || { cat $program.said; fail "bs-$program tells nothing of the file"; }
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1]) if line.startswith("{")]
inside = [line["file_bytes"] for line in lines if line.get("file") == "mnt/slow" and line["file_size"] == 64 << 20]
assert len(inside) >= 3 and inside == sorted(inside) and inside[0] < inside[-1], inside
assert [line["bytes"] for line in lines][-1] == (64 << 20) + 3001000, lines[-1]
END2
done

# SIGTERM to all of them: nobody waits for the server.
rm -rf repository
bs-init --plain
start
kill -STOP $fs
wait_for "stalled: no data from mnt/slow" chunk.said
before=$SECONDS
kill -TERM -- -$group
status=0
wait $store || status=$?
[ $status -eq 143 ] || { cat ./*.said; fail "status $status after SIGTERM to all"; }
[ $((SECONDS - before)) -le 20 ] || fail "it took $((SECONDS - before)) s to end"
expect_empty name
saved=$(bs-ls | awk '$2 == "incomplete" { print $1 }')
[ "$(bs-ls "$saved" | grep -c before/.)" -eq 30 ] || fail "the incomplete saveset has: $(bs-ls "$saved")"
! bs-ls "$saved" | grep slow || fail "a file is there that did not come whole"
for ((i = 0; i < 100; i++)); do
  pgrep -g "$group" > list || break
  sleep 0.1
done
! pgrep -al -g "$group" || fail "some of them have not ended"
expect_good
kill -CONT $fs

# SIGKILL to the one that hangs.
mkfifo from to
: > chunk.said
bs-walk mnt/a mnt/slow > from & walk=$!
bs-chunk --stalled 1 --progress json < from > to 2> chunk.said & chunk=$!
bs-store --host fuse < to > name 2> store.said & store=$!
wait $walk || fail "bs-walk: status $?"
wait_for '"file":"mnt/slow"' chunk.said
kill -STOP $fs
wait_for "stalled: no data from mnt/slow" chunk.said
kill -KILL $chunk
status=0
wait $chunk || status=$?
kill -CONT $fs
[ $status -eq 137 ] || fail "bs-chunk: status $status after SIGKILL"
status=0
wait $store || status=$?
[ $status -eq 65 ] || { cat store.said; fail "bs-store: status $status after bs-chunk was killed"; }
expect_good
