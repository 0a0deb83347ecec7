# Parity: damaged sectors of packs are restored by readers, a check tells of them, and more damage than there is parity for is an error.
# only: bin
. "${0%/*}/lib.sh"
need python3 jq
export BACKSHIFT_REPOSITORY=$PWD/repository

# spoil FOLDER SHARE HOW SEED: so many sectors of a hundred of each file are changed (flip), zeroed (zero), or are one gap of zeros (gap).
spoil() {
  "$PYTHON" - "$@" << 'EOF'
import os, random, sys
folder, share, how, seed = sys.argv[1], float(sys.argv[2]), sys.argv[3], int(sys.argv[4])
random.seed(seed)
for name in sorted(os.path.join(top, file) for top, _, files in os.walk(folder) for file in files):
    with open(name, "r+b") as file:
        data = bytearray(file.read())
        sectors = -(-len(data) // 4096)
        # Rounded down, and parity rows are rounded up; packs have one segment. So a lower share than that of the parity can always be restored.
        count = int(sectors * share / 100)
        first = random.randrange(sectors - count + 1)
        for sector in range(first, first + count) if how == "gap" else random.sample(range(sectors), count):
            start, end = sector * 4096, min(len(data), sector * 4096 + 4096)
            if how == "flip":
                data[random.randrange(start, end)] ^= 1 << random.randrange(8)
            else:
                data[start:end] = bytes(end - start)
        file.seek(0)
        file.write(data)
EOF
}

relative() { (cd "$1" && find . -type f | sort); }

# Enough for several packs. Most of it does not compress.
mkdir tree
head -c 45000000 /dev/urandom > tree/random
cp -a "$ROOT/lib" "$ROOT/man" tree/
bs-init --plain --parity 5%
name=$(save h tree)
[ "$(relative repository/parity)" = "$(relative repository/packs)" ] || fail "not every pack has parity"
expect_good --read-data
cp -a repository base

# Sectors by chance, up to almost all that 5 % of parity can restore, and one gap of them.
seed=0
for damage in "0.1 flip" "1 flip" "3 zero" "4.8 flip" "4.8 gap"; do
  seed=$((seed + 1))
  rm -rf repository
  cp -a base repository
  # shellcheck disable=SC2086 # two words
  spoil repository/packs $damage $seed
  # Damage to the parity as well, though less.
  spoil repository/parity 0.1 flip $seed
  expect_saved "$name" tree
  status=0
  bs-check --read-data > check.out 2> check.err || status=$?
  [ $status -eq 65 ] || fail "$damage: bs-check ends with $status"
  grep -q 'with the help of' check.err || fail "$damage: bs-check does not tell of it"
  ! grep -E "^bs-check: $name" check.err || fail "$damage: bs-check takes as lost what is not"
done

# Far more damage than parity: an error, and no file with other bytes.
rm -rf repository
cp -a base repository
spoil repository/packs 60 zero 9
mkdir out
status=0
bs-restore "$name" -C out > /dev/null 2> err || status=$?
[ $status -eq 65 ] || fail "a restore of what is lost ends with $status"
[ -s err ] || fail "a restore of what is lost says nothing"
(cd out && find . -type f -print0) | while IFS= read -r -d '' file; do
  cmp -s "out/$file" "tree/$file" || fail "$file is restored with other bytes"
done

# Parity that is made later is the same, and agrees with the equations of the page.
rm -rf repository
cp -a base repository
rm -r repository/parity
count=$(relative repository/packs | wc -l)
expect_text "$count packs, $count with parity: parity made for $count " bs-parity --share 5%
diff -r base/parity repository/parity || fail "parity that was made later differs"
[ "$(bs-parity --json | jq -c '[.packs, .with_parity, .made, .faults]')" = "[$count,$count,0,0]" ] || fail "bs-parity --json"
status=0
"$PYTHON" "$ROOT/tests/formats/check_parity.py" base > equations.txt 2>&1 || status=$?
[ $status -eq 0 ] || fail "the parity rows do not fit the page: $(cat equations.txt)"

# A damaged pack gets none, and damaged parity is replaced.
rm -r repository/parity
pack=$(find repository/packs -type f -size +1M | sort | head -n 1)
printf 'XXXXXXXX' | dd of="$pack" bs=1 seek=70000 conv=notrunc 2> /dev/null
status=0
bs-parity > /dev/null 2> err || status=$?
[ $status -eq 65 ] || fail "bs-parity of a damaged pack ends with $status"
grep -q "pack ${pack##*/}: block .* does not match its CRC; it gets no new parity" err || fail "bs-parity says: $(cat err)"
[ ! -e "repository/parity/${pack#repository/packs/}" ] || fail "a damaged pack got parity"
rm -rf repository
cp -a base repository
parity=$(find repository/parity -type f | sort | head -n 1)
printf X | dd of="$parity" bs=1 seek=50 conv=notrunc 2> /dev/null
expect_status 65 sh -c 'bs-check --read-data > /dev/null 2> err'
grep -q "its parity .*; bs-parity --renew makes it anew" err || fail "bs-check says: $(cat err)"
bs-parity --renew > /dev/null
cmp "$parity" "base/${parity#repository/}" || fail "parity was not made anew"
expect_good --read-data

# A pack that the disk cannot read costs no other one its parity.
if command -v strace > /dev/null; then
  rm -r repository/parity
  status=0
  # Reads of one pack alone are counted, since the runtime reads files as well: the third one is of a block.
  pack=$(find "$PWD/repository/packs" -type f -size +1M | sort | head -n 1)
  strace -f -o log -P "$pack" -e trace=pread64 -e inject=pread64:error=EIO:when=3 bs-parity > /dev/null 2> err || status=$?
  grep -q INJECTED log || fail "nothing was read"
  [ $status -eq 65 ] || { cat err; fail "bs-parity ends with $status where a pack cannot be read"; }
  [ "$(relative repository/parity | wc -l)" -eq $((count - 1)) ] || fail "$(relative repository/parity | wc -l) of $count packs have parity"
fi

# Chosen later, later saves write it; a collection takes the parity of a pack away with the pack.
rm -rf repository
bs-init --plain
save h "$ROOT/man" --time 20260101T000000Z > /dev/null
bs-parity --keep --share 10% > /dev/null
save h "$ROOT/lib" --time 20260102T000000Z > /dev/null
[ "$(relative repository/parity)" = "$(relative repository/packs)" ] || fail "a later save wrote no parity"
bs-parity --keep --share 0% > /dev/null
before=$(relative repository/parity | wc -l)
save h "$ROOT/docs" --time 20260103T000000Z > /dev/null
[ "$(relative repository/parity | wc -l)" -eq "$before" ] || fail "parity is written although none is wanted any more"
expect_status 64 bs-parity --share 0% 2> /dev/null
bs-parity --share 10% > /dev/null
bs-expire --keep-last 1 > /dev/null
expect_text "deleted" bs-collect --max-unused 0.1
[ "$(relative repository/parity)" = "$(relative repository/packs)" ] || fail "parity of packs that are gone is left"
expect_good --read-data
