# shellcheck shell=bash
# Sourced by every script of this folder:  . "${0%/*}/lib.sh"
# tests/run-scripts sets BIN (the programs), ROOT (the source tree), TMP (a fresh directory, also the current one).
# A script can be run by hand, too:  cd "$(mktemp -d)" && BIN=…/out/bin bash …/tests/scripts/NAME.sh

set -eE -u
# No pipefail: that the last status of a pipe is the whole story is what we promise, so the scripts rely on it.
trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: status $?: $BASH_COMMAND" >&2' ERR

ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BIN=${BIN:-$ROOT/out/bin}
TMP=${TMP:-$PWD}
export ROOT BIN TMP PATH="$BIN:$PATH" LC_ALL=C.UTF-8 TZ=UTC
unset BACKSHIFT_REPOSITORY
# What is read of servers is not kept where the user of this machine has it.
export XDG_CACHE_HOME=$TMP/.cache
# Debian's modules (msgpack, zstandard) are for Debian's python3, which need not be the first on the PATH.
PYTHON=/usr/bin/python3
export PYTHON

# fail MESSAGE: the script has failed.
fail() {
  echo "FAIL: $*" >&2
  exit 1
}

# one_copy OBJECT: leaves the first of the two copies of a small object, so that it cannot be read any more once that one is damaged.
one_copy() {
  truncate -s $((68 + $(od -A n -t u4 -j 32 -N 4 "$1"))) "$1"
}

# with KEY COMMAND…: a program that has the key in this file, and a state directory of its own.
with() {
  local key=$1
  shift
  BACKSHIFT_KEY_FILE=$TMP/$key XDG_STATE_HOME=$TMP/state-$key "$@"
}

# skip REASON: the script cannot be run here.
skip() {
  echo "skip: $*"
  exit 77
}

# at_exit COMMAND…: run COMMAND when the script ends, however it ends; the last one first.
_at_exit=()
at_exit() {
  _at_exit+=("$(printf '%q ' "$@")")
  trap _run_at_exit EXIT
}
_run_at_exit() {
  local status=$? i
  set +e
  for ((i = ${#_at_exit[@]} - 1; i >= 0; i--)); do eval "${_at_exit[i]}"; done
  exit "$status"
}

# need COMMAND…: skip unless all of them are installed. A name with a dot or colon in front is a module of python: need :msgpack
need() {
  local name
  for name; do
    case $name in
    :*) "$PYTHON" -c "import ${name#:}" 2> /dev/null || skip "python3 has no module ${name#:}" ;;
    *) command -v "$name" > /dev/null || skip "no $name" ;;
    esac
  done
}

# need_root: skip unless we may make devices and give files away.
need_root() {
  [ "$(id -u)" -eq 0 ] || skip "not root"
}

# need_xattrs: skip unless the file system here keeps user xattrs.
need_xattrs() {
  need setfattr
  touch .xattrs && setfattr -n user.a -v b .xattrs 2> /dev/null || skip "no xattrs on this file system"
  rm -f .xattrs
}

# expect_status N COMMAND…: COMMAND must end with status N. For a pipe:  expect_status 65 sh -c 'a | b'
expect_status() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  [ "$status" -eq "$wanted" ] || fail "status $status, expected $wanted: $*"
}

# expect_text TEXT COMMAND…: COMMAND must write TEXT somewhere in its standard error or output.
expect_text() {
  local wanted=$1 output
  shift
  output=$("$@" 2>&1) || true
  [[ $output == *"$wanted"* ]] || fail "'$wanted' not in the output of: $*"$'\n'"$output"
}

# expect_empty FILE: FILE must be empty; else its contents are shown.
expect_empty() {
  [ ! -s "$1" ] || { cat "$1" >&2; fail "$1 is not empty"; }
}

# expect_same FILE FILE: both must hold the same bytes; else the difference is shown as text.
expect_same() {
  cmp -s "$1" "$2" || { diff -u --text "$1" "$2" | head -n 40 >&2; fail "$1 and $2 differ"; }
}

# tree_digest DIRECTORY [--without FIELD,…]: a line of text for every entry, with all that a backup must bring back.
tree_digest() {
  "$PYTHON" "$ROOT/tests/scripts/tree-digest.py" "$@"
}

# same_tree A B [--without FIELD,…]: A and B must be alike in every respect that tree-digest.py knows.
same_tree() {
  local a=$1 b=$2 lines
  shift 2
  lines=$(mktemp -d)
  tree_digest "$a" "$@" > "$lines/a"
  tree_digest "$b" "$@" > "$lines/b"
  if ! cmp -s "$lines/a" "$lines/b"; then
    diff -U 0 "$lines/a" "$lines/b" | grep -v '^@@' | head -n 40 >&2 || true
    rm -rf "$lines"
    fail "$a and $b are not the same tree (- $a, + $b)"
  fi
  rm -rf "$lines"
}

# save HOST DIRECTORY [OPTION…]: save DIRECTORY, as it is seen from within, in $BACKSHIFT_REPOSITORY (absolute); prints the saveset's name.
save() {
  local host=$1 directory=$2
  shift 2
  (cd "$directory" && bs-walk . | bs-chunk | bs-store --host "$host" "$@")
}

# killed_save STREAM: a save that begins with STREAM is killed, and leaves its intent in $BACKSHIFT_REPOSITORY.
killed_save() {
  local pipe=$PWD/killed.pipe before program i
  [ -p "$pipe" ] || mkfifo "$pipe"
  before=$(_count_intents)
  bs-store --host killed < "$pipe" > /dev/null 2>&1 &
  program=$!
  exec 8> "$pipe"
  head -c 1000 "$1" >&8
  for ((i = 0; i < 300; i++)); do
    [ "$(_count_intents)" -eq "$before" ] || break
    sleep 0.1
  done
  kill -9 $program
  wait $program 2> /dev/null || true
  exec 8>&-
}
_count_intents() { find "$BACKSHIFT_REPOSITORY/intents" -type f 2> /dev/null | wc -l; }

# expect_saved SAVESET DIRECTORY: what `save` made of DIRECTORY restores, and is what DIRECTORY holds now.
expect_saved() {
  local differences
  # tar takes an archive that is cut off between two files for a whole one: the status of bs-tar counts here.
  differences=$(set -o pipefail; bs-tar "$1" | tar --diff -f - -C "$2" 2>&1) || fail "$1 is not $2 (status $?): $differences"
  [ -z "$differences" ] || fail "$1 is not $2: $differences"
}

# expect_good: bs-check finds nothing wrong with $BACKSHIFT_REPOSITORY. Options go to bs-check.
expect_good() {
  local said
  said=$(bs-check "$@" 2>&1) || fail "bs-check: status $?: $said"
}

# complete_savesets: how many complete savesets there are.
complete_savesets() {
  bs-ls --complete | wc -l
}

# closed_pipe: a pipe with nobody at its other end, as descriptor 9: what is written there meets EPIPE.
closed_pipe() {
  mkfifo "$TMP/closed-pipe"
  exec 8<> "$TMP/closed-pipe" 9> "$TMP/closed-pipe" 8<&-
  rm "$TMP/closed-pipe"
}

# small_disk SIZE DIRECTORY: a file system of SIZE (8m) at DIRECTORY, gone when the script ends. Needs root.
small_disk() {
  need_root
  mkdir -p "$2"
  mount -t tmpfs -o "size=$1" tmpfs "$2" 2> /dev/null || skip "may not mount"
  at_exit umount -l "$(realpath "$2")"
}

# image ext4|xfs|btrfs DIRECTORY: a new file system in a file, mounted at DIRECTORY until the script ends. Where that cannot be, a line that says why, and
# status 1.
image() {
  local type=$1 directory=$2 file=$2.image
  command -v "mkfs.$type" > /dev/null || { echo "no mkfs.$type"; return 1; }
  case $type in
  # An attribute of more than a block has an inode to itself.
  ext4) truncate -s 64M "$file" && mkfs.ext4 -q -b 4096 -O ea_inode "$file" ;;
  xfs) truncate -s 300M "$file" && mkfs.xfs -q "$file" ;;
  btrfs) truncate -s 128M "$file" && mkfs.btrfs -q "$file" ;;
  esac > /dev/null || { echo "mkfs.$type fails"; return 1; }
  mkdir -p "$directory"
  mount -o loop "$file" "$directory" 2> /dev/null || { echo "may not mount $type"; return 1; }
  at_exit umount -l "$(realpath "$directory")"
}

# kill_everywhere STATUS COMMAND…: COMMAND works in a fresh copy of `base`, as $BACKSHIFT_REPOSITORY, and is killed at its first, second, … call of each kind
# that publishes or deletes, until it ends by itself with STATUS. Its input is $KILL_INPUT. `after WHERE` is called after each kill, and `all_calls CALL N`, if
# there is one, when CALL number N was the first that did not come. Sets kills. strace counts for each thread by itself: with -f the thread that publishes packs
# is hit first, without it the one that does all the rest.
kill_everywhere() {
  local follow call n
  kills=0
  for follow in -f ""; do
    for call in "${_publish_calls[@]}"; do
      for ((n = 1; n < 100; n++)); do
        _kill_at "$follow" "$call" "$n" "$@"
        [ -n "$_was_killed" ] || break
      done
      [ $n -lt 100 ] || fail "$call: no end to it"
      echo "$call${follow:+, any thread}: $((n - 1)) kills"
      ! declare -F all_calls > /dev/null || all_calls "$call" "$n"
    done
  done
}

# kill_at_each_kind STATUS COMMAND…: as kill_everywhere, once for each kind of call: at the first rename, fsync and so on in each folder of the repository, in
# each thread. With BACKSHIFT_LONG=1 everywhere.
kill_at_each_kind() {
  local follow call n
  [ -z "${BACKSHIFT_LONG:-}" ] || { kill_everywhere "$@"; return; }
  _in_fresh_copy strace -f -y -o kinds -e "trace=$(IFS=,; echo "${_publish_calls[*]}")" "${@:2}"
  [ "$_status" -eq "$1" ] || { cat said; fail "status $_status"; }
  kills=0
  for follow in -f ""; do
    for call in "${_publish_calls[@]}"; do
      for n in $(_first_calls "$follow" "$call" < kinds); do _kill_at "$follow" "$call" "$n" "$@"; done
    done
  done
}

_publish_calls=(fsync "renameat2,rename,link,linkat" "unlink,unlinkat,rmdir" "mkdir,mkdirat")

# _in_fresh_copy COMMAND…: runs it with $BACKSHIFT_REPOSITORY a copy of `base`. Sets _status.
_in_fresh_copy() {
  rm -rf repository
  cp -a base repository
  export BACKSHIFT_REPOSITORY=$PWD/repository
  _status=0
  "$@" < "${KILL_INPUT:-/dev/null}" > out 2> said || _status=$?
}

# _kill_at FOLLOW CALL N STATUS COMMAND…: one kill, and `after`. Sets _was_killed, empty where the call did not come.
_kill_at() {
  local follow=$1 call=$2 n=$3 ends=$4
  _was_killed=
  # shellcheck disable=SC2086 # nothing where it is empty
  _in_fresh_copy strace $follow -o log -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" "${@:5}"
  [ "$_status" -ne "$ends" ] || return 0
  [ "$_status" -eq 137 ] || { cat said; fail "status $_status, killed at $call $n"; }
  _was_killed=1
  kills=$((kills + 1))
  after "killed at $call $n${follow:+ of any thread}"
}

# _first_calls FOLLOW CALLS: the numbers of the calls, counted in each thread, that differ from all before by more than digits. Reads what strace -f -y wrote.
_first_calls() {
  awk -v follow="$1" -v calls=",$2," '
    NR == 1 { first = $1 }
    follow == "" && $1 != first || /resumed>/ { next }
    {
      pid = $1
      sub(/^[0-9]+ +/, "")
      name = $0
      sub(/\(.*/, "", name)
      if (name !~ /^[a-z0-9_]+$/ || index(calls, "," name ",") == 0) next
      number = ++count[pid]
      sub(/ (= |<unfinished).*/, "")
      gsub(/[0-9a-f][0-9a-f]+/, "x")
      gsub(/[0-9]+/, "x")
      if (!seen[$0]++) print number
    }' | sort -nu
}

# fail_each_fsync ERROR COMMAND…: COMMAND works in a fresh copy of `base`; its first, second, … fsync(2) fails with ERROR, until all succeed. `after WHERE` is
# called after each.
fail_each_fsync() {
  local error=$1 n status
  shift
  for ((n = 1; n < 100; n++)); do
    rm -rf repository
    cp -a base repository
    export BACKSHIFT_REPOSITORY=$PWD/repository
    status=0
    strace -f -o log -e trace=fsync -e "inject=fsync:error=$error:when=$n" "$@" > out 2> said || status=$?
    grep -q INJECTED log || break
    [ $status -ne 0 ] || { cat out log; fail "$error at fsync $n: status 0"; }
    after "$error at fsync $n"
  done
  echo "$error: $((n - 1)) failures"
  [ $n -gt 3 ] || fail "nothing failed"
}
