# Files that vanish, are replaced, shrink, grow or cannot be read between being listed and being read: each is named once, the status is 3, what is
# stored of it is marked or nothing is; never is it stored empty. All other files are saved.
# only: bin
# takes: 60
. "${0%/*}/lib.sh"
need :msgpack
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# meddle.py KIND: passes a stream on; when an entry passes (KIND entry), or the first content of one (KIND chunk), whose path is
# NAME, runs ./meddle NAME.
cat > meddle.py << 'END2'
import msgpack, subprocess, sys
last, done = None, set()
for record in msgpack.Unpacker(sys.stdin.buffer, max_buffer_size=1 << 25):
    if record["kind"] == "entry":
        last = record["path"]
    if record["kind"] == sys.argv[1] and last not in done:
        done.add(last)
        subprocess.run(["bash", "../meddle", last], check=True)
    sys.stdout.buffer.write(msgpack.packb(record))
    sys.stdout.buffer.flush()
END2

# Between bs-walk and bs-chunk: the files are not what they were when they were listed.
mkdir tree
for name in becomes-directory becomes-fifo becomes-link grows plain-1 plain-2 swapped shrinks vanishes empties; do
  echo "content of $name" > tree/$name
done
echo secret > secret
mkfifo_later='rm "$1"; mkfifo "$1"'
cat > meddle << END2
case \$1 in
becomes-directory) rm "\$1"; mkdir "\$1" ;;
becomes-fifo) $mkfifo_later ;;
becomes-link) rm "\$1"; ln -s ../secret "\$1" ;;
grows) echo more >> "\$1" ;;
shrinks) truncate -s 3 "\$1" ;;
empties) truncate -s 0 "\$1" ;;
swapped) echo "another file" > new; mv new "\$1" ;;
vanishes) rm "\$1" ;;
esac
END2
status=0
(cd tree && bs-walk . | "$PYTHON" ../meddle.py entry | bs-chunk 2> ../chunk.said | bs-store --host before > ../name 2> ../said) || status=$?
[ $status -eq 3 ] || { cat chunk.said said; fail "status $status"; }
bs-ls before@latest | grep -v '/$' | sort > names
bs-ls --problems before@latest > problems
for name in vanishes swapped becomes-directory becomes-fifo becomes-link; do
  [ "$(grep -c "$name" chunk.said)" -eq 1 ] || { cat chunk.said; fail "$name is not named once"; }
  grep -qF $name problems || { cat problems; fail "the saveset knows nothing of $name"; }
  ! grep -qx $name names || fail "$name was stored"
done
for name in plain-1 plain-2; do
  ! grep -q $name chunk.said || fail "$name is named: $(cat chunk.said)"
  bs-cat before@latest $name | expect_same tree/$name -
done
# What grew or shrank before it was opened is stored as it was then, whole.
for name in grows shrinks empties; do
  bs-cat before@latest $name | expect_same tree/$name -
done
! bs-tar before@latest | grep -q secret || fail "a link led out of the tree"
expect_good --read-data

# Behind bs-chunk, when the first chunk of a large file arrives: bs-chunk cannot be far ahead of it.
rm -rf tree
mkdir tree
for name in appended plain rewritten shrinks unlinked; do
  head -c 50000000 /dev/urandom > tree/$name
done
cat > meddle << 'END2'
case $1 in
appended) head -c 1000000 /dev/zero >> "$1" ;;
rewritten) printf x | dd of="$1" bs=1 seek=49000000 conv=notrunc 2> /dev/null ;;
shrinks) truncate -s 20000000 "$1" ;;
unlinked) rm "$1" ;;
esac
END2
cp tree/unlinked unlinked
status=0
(cd tree && bs-walk . | bs-chunk 2> ../chunk.said | "$PYTHON" ../meddle.py chunk | bs-store --host during > ../name 2> ../said) || status=$?
[ $status -eq 3 ] || { cat chunk.said said; fail "status $status"; }
bs-ls --problems during@latest > problems
for name in appended rewritten shrinks; do
  [ "$(grep -c $name chunk.said)" -eq 1 ] || { cat chunk.said; fail "$name is not named once"; }
  grep -qF $name problems || { cat problems; fail "the saveset knows nothing of $name"; }
done
! grep -q plain chunk.said || fail "plain is named"
bs-cat during@latest plain | cmp - tree/plain
bs-cat during@latest unlinked | cmp - unlinked
[ "$(bs-cat during@latest shrinks | wc -c)" -ge 20000000 ] || fail "of what shrank there is less than there was"
bs-cat during@latest shrinks | cmp -n 20000000 - tree/shrinks
bs-cat during@latest appended | cmp -n 50000000 - tree/appended
expect_good

# What cannot be read: a directory and a file of others, an error of the disk.
rm -rf tree
mkdir -p tree/closed
echo open > tree/open
echo shut > tree/shut
echo inside > tree/closed/file
head -c 3000000 /dev/urandom > tree/broken
chmod 0 tree/shut tree/closed
chmod -R a+rX "$TMP" && chmod 0 tree/shut tree/closed
if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null && setpriv --reuid 65534 --regid 65534 --clear-groups test -r "$BIN/bs-walk" -a -r tree/open; then
  status=0
  (cd tree && setpriv --reuid 65534 --regid 65534 --clear-groups bash -c 'bs-walk . 2>&3 | bs-chunk' 3> ../walk.said 2> ../chunk.said |
    bs-store --host shut > ../name) || status=$?
  [ $status -eq 3 ] || { cat walk.said chunk.said; fail "status $status where much is forbidden"; }
  [ "$(cat walk.said chunk.said | grep -c closed)" -eq 1 ] || { cat walk.said chunk.said; fail "closed is not named once"; }
  [ "$(cat walk.said chunk.said | grep -c shut)" -eq 1 ] || { cat walk.said chunk.said; fail "shut is not named once"; }
  bs-cat shut@latest open | expect_same tree/open -
  ! bs-ls shut@latest | grep -q shut || fail "shut was stored"
fi
if command -v strace > /dev/null; then
  status=0
  calls=read,pread64,readv,preadv
  (cd tree && find . -type f -print0 | bs-walk |
    strace -f -o ../log -P broken -e trace=$calls -e inject=$calls:error=EIO:when=2+ bs-chunk 2> ../chunk.said |
    bs-store --host broken > ../name 2> ../said) || status=$?
  if grep -q INJECTED log; then
    [ $status -eq 3 ] || { cat chunk.said said; fail "status $status after a read error"; }
    [ "$(grep -c "^bs-chunk: .*broken" chunk.said)" -eq 1 ] || { cat chunk.said; fail "broken is not named once"; }
    bs-ls --problems broken@latest | grep -qF broken || fail "the saveset does not know of the read error"
    bs-cat broken@latest open | expect_same tree/open -
  fi
fi
expect_good
