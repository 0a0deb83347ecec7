# The inodes of linked files whose other names have not come yet leave memory: 300,000 of them here, ten million with BACKSHIFT_LONG=1, which takes some minutes
# and 4 GB of disk. Every link still finds its file, and no stage takes more than 128 MiB.
# only: bin
# timeout: 1800
. "${0%/*}/lib.sh"
[ -x /usr/bin/time ] || skip "no /usr/bin/time"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
files=300000
[ -z "${BACKSHIFT_LONG:-}" ] || files=10000000
links=$((files / 10))

# A stream as of a disk with so many files that have two names each, and of every tenth the second name, far behind the first and in another order.
cat > write.py << 'EOF'
import struct, sys
files, links = map(int, sys.argv[1:])
out = sys.stdout.buffer
out.write(b"\x83\xa4kind\xa5begin\xa7version\x01\xa4host\xa1h")
entry = b"\x89\xa4kind\xa5entry\xa4path\xc4\x10%s%015d\xa4type\xa4file\xa4mode\xcd\x01\xa4\xa4size\x00\xa3dev\x08\xa3ino%s\xa5nlink\x02\xa7content\xc3"
ino = struct.Struct(">BQ").pack
for start in range(0, files, 1000):
    out.write(b"".join(entry % (b"a", n, ino(0xCF, n * 7919 % 2**40)) for n in range(start, min(start + 1000, files))))
step = files // links
for n in range(links):
    out.write(entry % (b"b", n, ino(0xCF, (n * 7 % links) * step * 7919 % 2**40)))
out.write(b"\x81\xa4kind\xa3end")
EOF
TMPDIR=$TMP
export TMPDIR
"$PYTHON" write.py $files $links | /usr/bin/time -q -f %M -o chunk.kib bs-chunk -v 2> said | /usr/bin/time -q -f %M -o store.kib bs-store > saveset
grep -q ", $("$PYTHON" -c "print(f'{$links:,}')") links, 0 problems" said || fail "$(cat said)"
for name in chunk store; do
  echo "bs-$name: $(tail -n 1 $name.kib) KiB for $files linked files"
  [ "$(tail -n 1 $name.kib)" -le 131072 ] || fail "bs-$name took $(tail -n 1 $name.kib) KiB"
done

# The links lead where they should: to the file with the number that the inode was made of.
bs-ls --json "$(cat saveset)" b000000000000000 b000000000000001 "b$(printf %015d $((links - 1)))" > lines
for n in 0 1 $((links - 1)); do
  grep -F "\"path\":\"b$(printf %015d $n)\"" lines | grep -qF "\"target\":\"a$(printf %015d $((n * 7 % links * (files / links))))\"" ||
    fail "link $n: $(cat lines)"
done
[ "$(bs-ls "$(cat saveset)" | wc -l)" -eq $((files + links)) ] || fail "entries are missing"
