# Every chunk of a file changes a little each day, so that deltas stand on deltas on deltas. Reading version n costs at most n times what the first costs,
# whatever the number of chunks that each is made against: counted in system calls, with some room, since times depend on who else is at work.
# only: bin
. "${0%/*}/lib.sh"
need strace
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain
mkdir tree
head -c 1500000 /dev/urandom > tree/f

reads() { strace -f -qq -c -e trace=pread64 -o "$TMP/counts" "$@" > /dev/null && awk '$NF == "pread64" { print $4 }' "$TMP/counts"; }
names=()
for day in 1 2 3 4 5 6 7 8 9; do
  "$PYTHON" - "$day" <<'P'
import random, sys
r = random.Random(int(sys.argv[1]))
b = bytearray(open("tree/f", "rb").read())
for at in range(0, len(b) - 1500, 1500):
    at += r.randrange(1490)
    b[at:at + 4] = r.randbytes(4)
open("tree/f", "wb").write(b)
P
  names+=("$(save h tree --time "2026010${day}T000000Z")")
done
expect_saved "${names[8]}" tree

# Version 2 lies in some 90 deltas on the blocks of the first, version 9 in eight times as many. Looking them up takes reads of the index too. By the paths down
# it would be 4^8 times.
second=$(reads bs-tar "${names[1]}")
last=$(reads bs-tar "${names[8]}")
[ "$last" -le $((20 * second + 300)) ] || fail "version 9 takes $last reads, version 2 $second"
check=$(reads bs-check)
[ "$check" -le $((20 * second + 600)) ] || fail "bs-check takes $check reads, a restore of version 2 $second"
data=$(reads bs-check --read-data)
[ "$data" -le $((60 * second + 600)) ] || fail "bs-check --read-data takes $data reads, a restore of version 2 $second"
