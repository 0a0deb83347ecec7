# only: bin
# Damage to each kind of object in a repository: bs-check finds it and names the savesets and files that it hits, no program gives out a wrong byte
# or status 0 for what it hits, and a full save with the bytes in hand heals the older savesets that need them, or bs-check says what it cannot heal.
# timeout: 600
. "${0%/*}/lib.sh"
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"

mkdir tree
cp -a "$ROOT/man" tree/man
for n in 1 2 3; do head -c 100000 /dev/urandom > tree/random-$n; done
export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
old=$(save old tree)
cp -a tree old-tree
# A second saveset, much of it as deltas against the first.
for page in tree/man/*; do echo "another line" >> "$page"; done
head -c 50000 /dev/urandom > tree/later
new=$(save new tree)
expect_good --read-data
expect_saved "$old" old-tree
expect_saved "$new" tree

# flip FILE OFFSET: another byte there; negative offsets count from the end.
flip() {
  "$PYTHON" - "$1" "$2" << 'END2'
import os, sys
with open(sys.argv[1], "r+b") as file:
    at = int(sys.argv[2])
    file.seek(at, os.SEEK_SET if at >= 0 else os.SEEK_END)
    byte = file.read(1)[0]
    file.seek(-1, os.SEEK_CUR)
    file.write(bytes([byte ^ 0x40]))
END2
}
# is_nodes PACK: whether it holds nodes.
is_nodes() {
  [ "$(od -An -tu1 -j11 -N1 "$1" | tr -d ' ')" = 1 ]
}
restored() {
  # Whatever the status, a byte that is there is the right one. GNU tar reads what it gets; only bs-tar's status says whether it is all.
  local saveset=$1 tree=$2 status=0
  rm -rf out
  mkdir out
  bs-tar "$saveset" > archive 2> tar.said || status=$?
  tar xpf archive -C out 2> /dev/null || true
  if [ $status -eq 0 ]; then
    same_tree "$tree" out || fail "$what: status 0 of bs-tar $saveset, and it is not the tree"
    return 0
  fi
  [ $status -eq 65 ] || [ $status -eq 66 ] || { cat tar.said; fail "$what: bs-tar $saveset: status $status"; }
  [ -s tar.said ] || fail "$what: not a word of bs-tar"
  ! grep -q '^   at ' tar.said || { cat tar.said; fail "$what: a stack trace"; }
  return 1
}
# wrong_bytes TREE: files that bs-cat gives with status 0 and other content than TREE has.
no_wrong_bytes() {
  local saveset=$1 tree=$2 file
  for file in random-1 random-3 man/backshift.7 man/bs-walk.1; do
    [ -e "$tree/$file" ] || continue
    if bs-cat "$saveset" "$file" > content 2> /dev/null; then
      cmp content "$tree/$file" || fail "$what: bs-cat $saveset $file gave wrong bytes and status 0"
    fi
  done
}

cases=0
# judge WHAT EXPECTED: EXPECTED is found (bs-check must find it), data (only with --read-data), or harmless.
judge() {
  what=$1
  local expected=$2 status=0 intact=0
  cases=$((cases + 1))
  bs-check --read-data > check.out 2> check.said || status=$?
  case $expected in
  harmless) ;;
  *) [ $status -eq 65 ] || { cat check.out check.said; fail "$what: bs-check --read-data: status $status"; } ;;
  esac
  if [ "$expected" = found ]; then
    expect_status 65 bs-check > /dev/null 2> plain.said || fail "$what: bs-check without --read-data"
    [ -s plain.said ] || fail "$what: bs-check has status 65 and says nothing"
  fi
  ! grep -q '^   at ' check.said || { cat check.said; fail "$what: a stack trace of bs-check"; }
  restored "$old" old-tree || intact=$((intact + 1))
  # What is hit is named, with its saveset.
  [ $intact -eq 0 ] || grep -q "old" check.said || { cat check.said; fail "$what: $old does not restore, and bs-check does not name it"; }
  restored "$new" tree && no_wrong_bytes "$new" tree || {
    grep -q "new" check.said || { cat check.said; fail "$what: $new does not restore, and bs-check does not name it"; }
  }
  no_wrong_bytes "$old" old-tree
}
# heals WHAT: a save of the same tree is good again.
heals() {
  local status=0
  save healed tree > name 2> said || status=$?
  [ $status -eq 0 ] || { cat said; fail "$1: the next save ended with status $status"; }
  expect_saved "$(cat name)" tree || fail "$1: the next save"
  restored "$new" tree || { cat tar.said; fail "$1: $new is not healed"; }

  # The files of the older saveset, with other inodes than it had: their contents come by, and its nodes where they do not name inodes.
  save healed-too old-tree > name 2> said || { cat said; fail "$1: the save of the older tree: status $?"; }
  expect_saved "$(cat name)" old-tree || fail "$1: the save of the older tree"
  restored "$old" old-tree && return
  bs-check --read-data > check.out 2> check.said || true
  grep -q "old@" check.said || { cat tar.said check.said; fail "$1: $old is not healed, and bs-check does not say so"; }
  # What bs-check names it names as lost nodes, never as contents: those have come by.
  ! grep "old@" check.said | grep -v 'entries\|link' || { cat check.said; fail "$1: contents of $old are not healed"; }
}
fresh() {
  rm -rf repository
  cp -a base repository
  export BACKSHIFT_REPOSITORY=$work/repository
}

(cd base && find packs -type f | sort) > packs
(cd base && find index -type f | sort) > runs
(cd base && find savesets -type f | sort) > savesets

while read -r pack; do
  kind=contents
  ! is_nodes "base/$pack" || kind=nodes
  size=$(stat -c %s "base/$pack")
  fresh; rm "repository/$pack"; judge "$kind $pack deleted" found; heals "$what"
  fresh; flip "repository/$pack" -1; judge "$kind $pack: checksum of the trailer" found; heals "$what"
  fresh; flip "repository/$pack" -64; judge "$kind $pack: trailer" found; heals "$what"
  fresh; flip "repository/$pack" -70; judge "$kind $pack: directory" found; heals "$what"
  fresh; flip "repository/$pack" 3; judge "$kind $pack: header" found; heals "$what"
  fresh; truncate -s $((size / 2)) "repository/$pack"; judge "$kind $pack cut in half" found; heals "$what"
  fresh; truncate -s 0 "repository/$pack"; judge "$kind $pack empty" found; heals "$what"
  # In a block: nobody reads blocks to see what is there, so only reading finds it, and bs-check has to be told to. Nodes are read.
  expected=data
  for at in 40 $((size / 3)); do
    fresh; flip "repository/$pack" "$at"; judge "$kind $pack: byte $at, in a block" $expected; heals "$what"
  done
done < packs

while read -r run; do
  fresh; rm "repository/$run"; judge "run $run deleted" harmless; heals "$what"
  restored "$old" old-tree || fail "without a run of the index $old does not restore"
  for at in 3 20 41 70 -1 -40; do
    fresh; flip "repository/$run" "$at"; judge "run $run: byte $at" found
    # The index only helps: without it, or with a damaged one, everything restores.
    restored "$old" old-tree || { cat tar.said; fail "a damaged run, and $old does not restore"; }
    restored "$new" tree || { cat tar.said; fail "a damaged run, and $new does not restore"; }
    heals "$what"
  done
  fresh; truncate -s 50 "repository/$run"; judge "run $run cut" found; heals "$what"
done < runs
fresh; rm -rf repository/index; judge "no index" harmless
restored "$old" old-tree || fail "without an index $old does not restore"
heals "no index"
[ -n "$(ls repository/index)" ] || fail "the index was not made anew"
expect_good --read-data

while read -r saveset; do
  for at in 3 33 40 -1; do
    # One copy of two is read like both, and the next repair makes it whole.
    fresh; flip "repository/$saveset" "$at"; judge "saveset $saveset: byte $at" found
    bs-ls > list 2> said || fail "$what: bs-ls: status $?"
    [ "$(wc -l < list)" -eq 2 ] && [ ! -s said ] || { cat said; fail "$what: bs-ls does not list both"; }
    bs-check --repair > repaired 2> said || { cat said; fail "$what: the repair: status $?"; }
    expect_text 'a small object is made whole from its other copy' cat said
    expect_same "repository/$saveset" "base/$saveset"
    expect_good

    fresh; one_copy "repository/$saveset"; flip "repository/$saveset" "$at"; judge "saveset $saveset: byte $at of its only copy" found
    status=0
    bs-ls > list 2> said || status=$?
    [ $status -eq 65 ] || fail "$what: bs-ls: status $status"
    [ "$(wc -l < list)" -eq 1 ] || fail "$what: bs-ls does not list the other"
    save healed tree > name 2> said || { cat said; fail "$what: the next save: status $?"; }
    expect_saved "$(cat name)" tree
  done
  fresh; truncate -s 30 "repository/$saveset"; judge "saveset $saveset cut" found
done < savesets

fresh
(cd tree && bs-walk . | bs-chunk) > stream
for at in 3 12 40 -1; do
  fresh; flip repository/backshift "$at"
  bs-cat "$old" random-1 | cmp - old-tree/random-1 || fail "configuration, byte $at of a copy: bs-cat: status $?"
  expect_status 65 bs-check > out.text 2> said
  expect_text "$work/repository/backshift: is damaged" cat said
  bs-check --repair > out.text 2> said || { cat said; fail "configuration, byte $at of a copy: the repair: status $?"; }
  expect_same repository/backshift base/backshift
  expect_good

  fresh; one_copy repository/backshift; flip repository/backshift "$at"
  for program in bs-ls "bs-ls $old" "bs-tar $old" bs-check "bs-cat $old random-1" "bs-read $old"; do
    status=0
    $program > out.text 2> said || status=$?
    [ $status -eq 65 ] || { cat said; fail "configuration, byte $at: $program: status $status"; }
  done
  find repository | sort > before
  status=0
  bs-store --init --plain --host x < stream > out.text 2> said || status=$?
  [ $status -eq 65 ] || { cat said; fail "configuration, byte $at: bs-store: status $status"; }
  find repository | sort > after
  expect_same before after
done
fresh; rm repository/backshift
expect_status 66 bs-ls 2> said
expect_status 73 bs-init --plain repository 2> said
echo "$cases cases"
