# A save with --no-cache leaves the page cache as it was: what was not there does not come, neither files nor packs, and what was there stays. The same where
# the kernel cannot do it by itself. BACKSHIFT_LONG=1 does it with 10 GB (23 GB of disk), and measures what it costs.
# only: bin
# timeout: 1800
. "${0%/*}/lib.sh"
need fincore
megabytes=200
# How much at least must be left of what was in the cache, in percent. A program that drops a file drops all of it. The kernel takes pages of any file, though:
# DAMON reclaims what was not used for a while (3.5 MB/s on an idle virtual machine), so that a file in the cache loses a part of it within seconds.
left=50
[ -z "${BACKSHIFT_LONG:-}" ] || megabytes=10000

mkdir -p tree/small
head -c "${megabytes}M" /dev/urandom > tree/cold
head -c 20M /dev/urandom > tree/hot
head -c 100M /dev/urandom > tree/half
truncate -s 30M tree/sparse
head -c 5M /dev/urandom >> tree/sparse
for ((i = 0; i < 200; i++)); do head -c 20001 /dev/urandom > tree/small/$i; done
# evict FILE…: no page of it is in the cache any more
evict() {
  "$PYTHON" -c '
import os, sys
for path in sys.argv[1:]:
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)' "$@"
}
# resident FILE…: how many of their bytes are in the cache
resident() { fincore --bytes --noheadings --output RES "$@" | awk '{ sum += $1 } END { printf "%.0f\n", sum }'; }
# What the save brings into the cache is told apart from what others do meanwhile by a control group of its own, where that can be made (version 1).
group=/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)/backshift-$$
mkdir "$group" 2> /dev/null && at_exit rmdir "$group" || group=
enter() { [ -z "$group" ] || echo "$BASHPID" > "$group/tasks"; }
leave() { [ -z "$group" ] || echo "$BASHPID" > "$group/../tasks"; }
brought() { [ -z "$group" ] || awk '$1 == "cache" { printf ", of which %.0f MB are its own", $2 / 1e6 }' "$group/memory.stat"; }
cached() { awk '/^Cached:/ { printf "%.0f\n", $2 * 1024 }' /proc/meminfo; }
prepare() {
  evict tree/cold tree/half tree/sparse tree/small/*
  # Twice, or it would be the first to go when memory gets short.
  cat tree/hot tree/small/1 tree/hot > /dev/null
  dd if=tree/half of=/dev/null bs=1M count=30 2> /dev/null
  [ "$(resident tree/cold)" -eq 0 ] || skip "the cache cannot be emptied on this file system"
  hot=$(resident tree/hot)
  [ "$hot" -ge 19000000 ] || skip "a file that was just read is not in the cache"
  half=$(resident tree/half)
  small=$(resident tree/small/*)
}
# saved NAME: a save made with $chunk and --no-cache, which changes nothing
chunk=bs-chunk
saved() {
  prepare
  rm -rf repository
  bs-init --plain repository
  # Written long ago or not: nothing of this script's own that is still to be written is to count.
  sync -f .
  local before after
  took=${EPOCHREALTIME/./}
  before=$(cached)
  enter
  (cd tree && bs-walk . | $chunk --no-cache | bs-store --no-cache -r ../repository) > name
  after=$(cached)
  took=$((${EPOCHREALTIME/./} - took))
  echo "$1: $megabytes MB in $((took / 1000)) ms, Cached before $before, after $after: $(((after - before) / 1000000)) MB more$(brought)"
  [ -z "$group" ] || [ "$(awk '$1 == "cache" { printf "%.0f\n", $2 }' "$group/memory.stat")" -lt 100000000 ] ||
    fail "$1: the save has brought $(brought) into the cache"
  leave
  [ "$(resident tree/cold)" -lt 1000000 ] || fail "$1: $(resident tree/cold) bytes of a file that was not in the cache are there"
  [ "$(resident tree/hot)" -ge $((hot * left / 100)) ] || fail "$1: only $(resident tree/hot) bytes are left of a file that was in the cache"
  [ "$(resident tree/half)" -ge $((half * left / 100)) ] || fail "$1: $(resident tree/half) of $half bytes are left of a file whose beginning was in the cache"
  [ "$(resident tree/half)" -lt $((half + 1000000)) ] || fail "$1: $(resident tree/half) bytes of a file whose first $half were in the cache are there"
  [ "$(resident tree/sparse)" -lt 100000 ] || fail "$1: $(resident tree/sparse) bytes of the sparse file are in the cache"
  [ "$(resident tree/small/*)" -lt $((small + 100000)) ] || fail "$1: $(resident tree/small/*) bytes of small files are in the cache, there were $small"
  [ "$(find repository/packs -type f -exec fincore --bytes --noheadings --output RES {} + | awk '{ sum += $1 } END { printf "%.0f\n", sum }')" -lt 2000000 ] ||
    fail "$1: packs are in the cache"
}
export BACKSHIFT_REPOSITORY=$TMP/repository
saved "by itself"
if [ -z "${BACKSHIFT_LONG:-}" ]; then
  expect_saved "$(cat name)" tree
  if command -v strace > /dev/null; then
    without_dontcache() { strace -f -o "$TMP/trace" -e trace=preadv2 -e inject=preadv2:error=EOPNOTSUPP bs-chunk "$@"; }
    chunk=without_dontcache
    saved "where the kernel does not know how"
    grep -q INJECTED trace || fail "nothing was refused"
    expect_saved "$(cat name)" tree
    chunk=bs-chunk
  fi
  # bs-save hands it on; and a file system that has no other place for files than the cache is saved as well.
  [ "$(bs-save -n --no-cache tree | grep -o -- --no-cache | wc -l)" -eq 2 ] || fail "bs-save does not hand it on"
  mkdir memory
  if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=50m tmpfs memory 2> /dev/null; then
    at_exit umount -l "$TMP/memory"
    cp -a tree/small tree/hot memory
    bs-walk memory | bs-chunk --no-cache | bs-store --no-cache --host again > name
    bs-cat "$(cat name)" memory/hot | cmp - tree/hot
  fi
else
  # What it costs, by pairs.
  plain() {
    prepare
    rm -rf repository
    bs-init --plain repository
    sync -f .
    local before
    before=$(cached)
    enter
    took=${EPOCHREALTIME/./}
    (cd tree && bs-walk . | bs-chunk | bs-store -r ../repository) > name
    took=$((${EPOCHREALTIME/./} - took))
    echo "without --no-cache: $((took / 1000)) ms, Cached before $before, after $(cached)$(brought)"
    leave
  }
  ratios=
  for pair in 1 2 3; do
    plain
    without=$took
    saved "pair $pair"
    ratios+="$((took * 100 / without)) "
  done
  echo "time with --no-cache, in percent of that without, by pairs: $ratios"
fi
