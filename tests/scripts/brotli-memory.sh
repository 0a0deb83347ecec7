# A lack of memory while a Brotli block is decompressed is not taken for damage. bs-tar waits for its reader, and gets no more memory from then on.
# only: bin
. "${0%/*}/lib.sh"
need prlimit
bs-init --plain --codec brotli repository
mkdir tree
# More than is read ahead, and quickly compressed.
filler=$(printf 'all work and no play makes jack a dull boy %.0s' {1..40})
seq -f "%.0f $filler" 1000000 1025000 > tree/text
saved=$(bs-walk tree | bs-chunk -r repository | bs-store repository --host h)

mkfifo pipe
# What is freed goes back to the system at once, and is not there for the next block.
GLIBC_TUNABLES=glibc.malloc.mmap_threshold=131072 bs-tar -r repository "$saved" > pipe 2> said &
program=$!
exec 9< pipe
still=0
for ((i = 0; i < 600 && still < 5; i++)); do
  sleep 0.1
  # It writes, and goes on writing.
  if grep -q '^1 0x1 ' "/proc/$program/syscall"; then still=$((still + 1)); else still=0; fi
done
[ $still -eq 5 ] || fail "bs-tar does not wait: $(cat "/proc/$program/syscall")"
used=$(sed -n 's/^VmData:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$program/status")
prlimit --pid $program --data=$((used * 1024)) || skip "no limit can be set"
cat <&9 > out
exec 9<&-
status=0
wait $program || status=$?
[ $status -eq 74 ] && grep -q 'not enough memory' said || { cat said; fail "status $status"; }
! grep -i -e damage -e 'Brotli stream' -e 'cannot be decompressed' said || fail "a lack of memory is taken for damage"
bs-tar -r repository "$saved" | tar df -
