# only: bin
# A stream that stops at any byte whatever: status 65, a word about it, no complete saveset, and a repository that is good.
. "${0%/*}/lib.sh"
case $BIN in *jit) step=41 ;; *) step=1 ;; esac

# In memory: two thousand times a saveset is made durable here.
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
export BACKSHIFT_REPOSITORY=$work/repository
bs-init --plain
mkdir tree
echo "a little" > tree/file
ln tree/file tree/link
truncate -s 100000 tree/hole
(cd tree && bs-walk . | bs-chunk) > stream
[ "$(stat -c %s stream)" -lt 1500 ] || fail "the stream has $(stat -c %s stream) bytes; this would take long"
bs-store --host whole < stream

"$PYTHON" "$ROOT/tests/scripts/cut-streams.py" bs-store stream $step --host cut-{}
[ "$(complete_savesets)" -eq 1 ] || { bs-ls; fail "something of a cut stream is called complete"; }
[ "$(bs-ls | wc -l)" -gt 10 ] || fail "nothing incomplete was kept"
# What is kept of a cut stream is whole in itself: a file whose content did not come is not there with less.
for name in $(bs-ls | awk '$2 == "incomplete" { print $1 }' | shuf -n 20); do
  bs-tar "$name" 2> said | tar tf - > names || { cat said; fail "$name does not restore"; }
  expect_empty said
  (cd tree && tar cf - --no-recursion -T <(sed 's:^$:.:' ../names)) | tar tf - > /dev/null
  differences=$(bs-tar "$name" | tar --diff -f - -C tree 2>&1) || fail "$name: $differences"
done
expect_good --read-data
expect_saved whole@latest tree

# A byte more than the whole is too much, too.
(cat stream; printf x) | expect_status 65 bs-store --host more 2> said
[ "$(complete_savesets)" -eq 1 ] || fail "a stream with something behind its end is called complete"
bs-store --host again < stream
expect_saved again@latest tree

# The other readers of streams.
"$PYTHON" - "$step" << 'END2'
import subprocess, sys
stream = open("stream", "rb").read()
step = int(sys.argv[1]) * 7
for program in (["bs-index", "--host", "x-{}"], ["bs-ls", "-"], ["bs-tar", "-"], ["bs-chunk"]):
    for length in [*range(0, len(stream), step), len(stream) - 1]:
        done = subprocess.run([word.format(length) for word in program], input=stream[:length], capture_output=True)
        assert done.returncode == 65 and done.stderr and b"   at " not in done.stderr, (program, length, done.returncode, done.stderr)
        # An archive or a stream that ends as if it were whole would be taken for one.
        assert program[0] != "bs-tar" or not done.stdout.endswith(bytes(1024)) or len(done.stdout) % 10240, (program, length)
        assert program[0] != "bs-chunk" or b"\xa4kind\xa3end" not in done.stdout, (program, length)
END2
expect_good
