# Whatever goes wrong with one file or directory: one line on standard error over the whole pipeline, the same in bs-ls --problems, counted in the saveset,
# status 3, and all else is saved. EACCES, ENOENT, ESTALE and EIO wherever they can come up; files that shrink, grow or are replaced; directories that go.
# only: bin
# timeout: 600
. "${0%/*}/lib.sh"
need :msgpack jq
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# A stage that does something when a record comes by: gate KIND PATH COMMAND runs COMMAND before the first record of KIND that belongs to PATH goes on.
cat > gate.py << 'END'
import msgpack, subprocess, sys
kind, path, command = sys.argv[1:]
last = None
for record in msgpack.Unpacker(sys.stdin.buffer, max_buffer_size=1 << 25):
    if record["kind"] == "entry":
        last = record["path"]
    if kind and record["kind"] == kind and last == path.encode():
        subprocess.run(["bash", "-e", "-c", command], check=True)
        kind = None
    sys.stdout.buffer.write(msgpack.packb(record))
sys.stdout.buffer.flush()
if kind:
    sys.exit("gate.py: " + path + " did not come by")
END
gate() { "$PYTHON" "$TMP/gate.py" "$@"; }

# fresh: ./tree with something in every part of it
fresh() {
  rm -rf tree
  mkdir -p tree/a tree/dir/sub tree/z
  echo first > tree/a/first
  echo victim > tree/dir/victim
  echo other > tree/dir/other
  echo below > tree/dir/sub/below
  echo last > tree/z/last
}
# same FILE…: those are saved as they are in the tree
same() {
  local file
  for file; do bs-cat "$(cat name)" "$file" | cmp - "tree/$file" || fail "$case: $file is not what it was"; done
}
# seen WORDS: the one problem of the save before was said with WORDS, once, and is kept; all that has nothing to do with it is saved
seen() {
  local problems
  # What strace itself says is no word of ours.
  sed -i '/^strace: Requested path/d' said
  [ "$status" -eq 3 ] || { cat said; fail "$case: status $status"; }
  grep -qF -- "$1" said || { cat said; fail "$case: not said: $1"; }
  [ "$(wc -l < said)" -eq 1 ] || { cat said; fail "$case: not one line"; }
  problems=$(bs-ls --problems "$(cat name)")
  [ "$problems" = "$(cat said)" ] || fail "$case: kept as '$problems', said as '$(cat said)'"
  bs-ls | awk -v name="$(cat name)" '$1 == name && $2 == "complete" && $7 == 1 { found = 1 } END { exit !found }' || { bs-ls; fail "$case: not counted"; }
  [ "$(bs-ls --json | jq -s --arg name "$(cat name)" '.[] | select(.name == $name) | .problems')" = 1 ] || fail "$case: not counted in JSON"
  [ "$(bs-ls --problems --json "$(cat name)" | jq -r .text)" != "" ] || fail "$case: no text in JSON"
  same a/first z/last
  bs-tar "$(cat name)" | tar tf - > restored || fail "$case: it does not restore"
  printf 'ok   %s: %s\n' "$case" "$(cat said)"
}
# absent PATH: it was not stored; present PATH: it was
absent() { ! bs-ls "$(cat name)" | grep -qx "$1" || fail "$case: $1 was stored"; }
present() { bs-ls "$(cat name)" | grep -qx "$1" || fail "$case: $1 was not stored"; }
# run [COMMAND…]: saves the tree; $walk and $chunk are what stands in their places, COMMAND is between them.
walk="bs-walk ." chunk=bs-chunk
run() {
  status=0
  : > said
  [ $# -gt 0 ] || set -- cat
  (cd tree && { $walk 2>> ../said | "$@" | $chunk 2>> ../said | bs-store --host "case$((++number))" > ../name 2>> ../said; }) || status=$?
  number=$((number + 1))
}
number=0

# --- ENOENT
case="a listed path that is not there"
fresh
walk=bs-walk
run < <(printf 'a/first\0dir/gone\0z/last\0')
walk="bs-walk ."
seen "bs-walk: dir/gone: No such file or directory"
case="a file that goes between bs-walk and bs-chunk"
fresh
run gate entry dir/victim 'rm dir/victim'
seen "bs-chunk: dir/victim: No such file or directory"
absent dir/victim
same dir/other dir/sub/below

# --- replaced
for how in 'echo new > new && mv new dir/victim' 'rm dir/victim && mkdir dir/victim' 'rm dir/victim && mkfifo dir/victim' \
  'rm dir/victim && ln -s ../a/first dir/victim'; do
  case="replaced: $how"
  fresh
  run gate entry dir/victim "$how"
  seen "bs-chunk: dir/victim: replaced while it was saved"
  absent dir/victim
  same dir/other dir/sub/below
done

# --- shrinks, grows, changes: while it is read. Its first chunk has come by, and bs-chunk cannot be further ahead than pipes and buffers are long.
for how in shrinks:'truncate -s 5000000 dir/victim':'shrank from 20000000 to' grows:'printf more >> dir/victim':'changed while it was read' \
  changes:'printf x | dd of=dir/victim bs=1 seek=19000000 conv=notrunc status=none':'changed while it was read'; do
  IFS=: read -r case command words <<< "$how"
  fresh
  head -c 20000000 /dev/urandom > tree/dir/victim
  chunk="bs-chunk -j 1"
  status=0
  : > said
  (cd tree && bs-walk . 2>> ../said | bs-chunk 2>> ../said | gate chunk dir/victim "$command" | bs-store --host "$case" > ../name 2>> ../said) || status=$?
  chunk=bs-chunk
  seen "bs-chunk: dir/victim: $words"
  present dir/victim
  bs-ls -l "$(cat name)" dir/victim | grep -q '^-rw-r--r--!' || fail "$case: bs-ls -l does not mark it"
  bs-cat "$(cat name)" dir/victim | cmp -n 5000000 - tree/dir/victim || fail "$case: the part of it that did not change is another"
  same dir/other dir/sub/below
done

# --- directories that go during the walk: bs-walk waits for its reader long before it comes to z or to the end of m.
many() {
  fresh
  mkdir tree/m
  (cd tree/m && seq -f '%06.0f-of-a-long-name-so-that-the-pipe-is-soon-full' 30000 | xargs touch)
}
case="a directory that goes before the walk comes to it"
many
mkdir tree/y
touch tree/y/inside
run gate entry m/000100-of-a-long-name-so-that-the-pipe-is-soon-full 'rm -r y'
seen "bs-walk: y: No such file or directory"
same dir/other dir/victim
absent y/
case="a directory that goes while it is walked"
many
walked() {
  status=0
  : > said
  # Files of no length need no reading, so bs-chunk does not find each of them gone.
  (cd tree && bs-walk . 2>> ../said | gate entry m/000100-of-a-long-name-so-that-the-pipe-is-soon-full 'rm -r m' | \
    "$PYTHON" -c 'import msgpack, sys
for r in msgpack.Unpacker(sys.stdin.buffer, max_buffer_size=1 << 25):
    if not r.get("path", b"").startswith(b"m/"):
        sys.stdout.buffer.write(msgpack.packb(r))
' | bs-chunk 2>> ../said | bs-store --host "$1" > ../name 2>> ../said) || status=$?
}
walked removed
seen "bs-walk: m: was removed while it was walked; the rest of it is left out"
same dir/other dir/victim dir/sub/below

# --- EACCES
fresh
if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null; then
  as_nobody="env -u BACKSHIFT_REPOSITORY setpriv --reuid 65534 --regid 65534 --clear-groups"
else
  as_nobody=
fi
chmod a+rx "$TMP"
if [ "$(id -u)" -ne 0 ] || { [ -n "$as_nobody" ] && (cd tree && $as_nobody test -r "$BIN/bs-walk"); }; then
  walk="$as_nobody bs-walk ." chunk="$as_nobody bs-chunk"
  case="a file of somebody else's"
  chmod 0 tree/dir/victim
  run
  seen "bs-chunk: dir/victim: Permission denied"
  absent dir/victim
  same dir/other dir/sub/below
  case="a directory of somebody else's"
  fresh
  chmod 0 tree/dir
  run
  chmod 755 tree/dir
  seen "bs-walk: dir: Permission denied"
  present dir/
  absent dir/victim
  walk="bs-walk ." chunk=bs-chunk
fi

# --- ESTALE and EIO, wherever a system call can give them: by strace.
if command -v strace > /dev/null; then
  trace() { strace -qq -f -o "$TMP/trace" "$@"; }
  for error in ESTALE:'Stale file handle' EIO:'Input/output error'; do
    errno=${error%%:*} words=${error#*:}
    injected() { grep -q INJECTED "$TMP/trace" || fail "$case: nothing was injected"; }

    case="$errno of statx in bs-walk"
    fresh
    walk="trace -P victim -e trace=statx -e inject=statx:error=$errno bs-walk ."
    run
    injected
    seen "bs-walk: dir/victim: $words"
    absent dir/victim
    same dir/other dir/sub/below

    case="$errno of openat of a directory"
    walk="trace -P dir -e trace=openat -e inject=openat:error=$errno bs-walk ."
    run
    injected
    seen "bs-walk: dir: $words"
    present dir/
    absent dir/victim

    case="$errno of getdents64"
    walk="trace -P $(realpath tree/dir) -e trace=getdents64 -e inject=getdents64:error=$errno:when=1 bs-walk ."
    run
    injected
    seen "bs-walk: dir: $words"
    present dir/
    absent dir/victim

    case="$errno of getdents64 after the first names"
    walk="trace -P $(realpath tree/dir) -e trace=getdents64 -e inject=getdents64:error=$errno:when=2 bs-walk ."
    run
    injected
    seen "bs-walk: dir: $words"
    same dir/victim dir/other dir/sub/below

    case="$errno of readlink"
    ln -s target tree/dir/link
    walk="trace -P link -e trace=readlinkat,readlink -e inject=readlinkat,readlink:error=$errno bs-walk ."
    run
    injected
    seen "bs-walk: dir/link: $words"
    absent dir/link
    same dir/victim
    rm tree/dir/link
    walk="bs-walk ."

    case="$errno of open in bs-chunk"
    chunk="trace -P dir/victim -e trace=openat,openat2 -e inject=openat,openat2:error=$errno bs-chunk"
    run
    injected
    seen "bs-chunk: dir/victim: $words"
    absent dir/victim
    same dir/other dir/sub/below

    case="$errno of fstat in bs-chunk"
    chunk="trace -P dir/victim -e trace=statx -e inject=statx:error=$errno:when=1 bs-chunk"
    run
    injected
    seen "bs-chunk: dir/victim: $words"
    absent dir/victim

    case="$errno of fstat after reading"
    chunk="trace -P dir/victim -e trace=statx -e inject=statx:error=$errno:when=2 bs-chunk"
    run
    injected
    seen "bs-chunk: dir/victim: may have changed while it was read: $words"
    same dir/victim dir/other dir/sub/below

    case="$errno of the first read"
    chunk="trace -P dir/victim -e trace=read,pread64,preadv2 -e inject=read,pread64,preadv2:error=$errno bs-chunk"
    run
    injected
    seen "bs-chunk: dir/victim: $words"
    absent dir/victim
    chunk="trace -P dir/victim -e trace=read,pread64,preadv2 -e inject=read,pread64,preadv2:error=$errno bs-chunk --no-cache"
    case="$errno of the first read with --no-cache"
    run
    injected
    seen "bs-chunk: dir/victim: $words"
    absent dir/victim

    case="$errno of a later read"
    head -c 3000000 /dev/urandom > tree/dir/victim
    chunk="trace -P dir/victim -e trace=read,pread64 -e inject=read,pread64:error=$errno:when=3+ bs-chunk"
    run
    injected
    seen "bs-chunk: dir/victim: read error at offset"
    grep -qF "$words" said || fail "$case: not said why: $(cat said)"
    present dir/victim
    size=$(bs-cat "$(cat name)" dir/victim | wc -c)
    [ "$size" -gt 0 ] && bs-cat "$(cat name)" dir/victim | cmp -n "$size" - tree/dir/victim || fail "$case: $size bytes of it"
    same dir/other dir/sub/below
    chunk=bs-chunk
  done
fi

# --- and many at once are many lines, all kept
case="many"
fresh
{
  printf 'a/first\0z/last\0'
  seq -f 'gone-%.0f' 5000 | tr '\n' '\0'
} > list
status=0
(cd tree && bs-walk < ../list 2> ../said | bs-chunk 2>> ../said | bs-store --host many > ../name 2>> ../said) || status=$?
[ $status -eq 3 ] || fail "status $status after many problems"
[ "$(wc -l < said)" -eq 5000 ] || fail "not each of 5000 was said once"
bs-ls --problems "$(cat name)" | expect_same said -
bs-ls | grep -q ' 5000 ' || fail "not all are counted"
same a/first z/last

# --- sizes that add up to more than a number holds (a few sparse files can)
mkdir huge
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=1m tmpfs huge 2> /dev/null; then
  at_exit umount -l "$TMP/huge"
  if truncate -s 7E huge/a 2> /dev/null && truncate -s 7E huge/b; then
    bs-walk huge | "$PYTHON" -c 'import msgpack, sys; print([r["bytes"] for r in msgpack.Unpacker(sys.stdin.buffer) if r["kind"] == "end"])' > sum
    [ "$(cat sum)" = "[9223372036854775807]" ] || fail "two files of 7 EiB are $(cat sum) bytes"
  fi
fi
expect_good
