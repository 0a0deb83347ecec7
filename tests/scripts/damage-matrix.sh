# Every kind of object, cut, emptied, deleted, with a flipped bit, grown, exchanged with another of its kind, or replaced by one of its kind: bs-check finds
# and names it, nothing else is affected, bs-check --repair does what can be done, and the next save of what is still there succeeds and heals older savesets.
# only: bin
# timeout: 600
. "${0%/*}/lib.sh"
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
export BACKSHIFT_REPOSITORY=$work/base

# Host a has two versions of a tree, the second with deltas against the first; host b shares nothing with it.
mkdir a1 b
for n in 1 2 3; do seq "$n"0000 "$n"9000 > "a1/file-$n"; done
head -c 60000 /dev/urandom > a1/random
cp -a a1 a2
for n in 1 2 3; do sed -i 's/777$/changed/' "a2/file-$n"; done
seq 300000 340000 > b/numbers
head -c 60000 /dev/urandom > b/random
bs-init --plain
bs-collect --everything > /dev/null # settings

(cd b && bs-walk . | bs-chunk) > stream
# Two fences: a collector makes them for programs that were killed, and deletes their intents.
killed_save stream
killed_save stream
bs-collect --everything > /dev/null 2>&1
one=$(save a a1 --time 20260101T000000Z)
contents=$(find base/packs -type f -size +15k)
two=$(save a a2 --time 20260102T000000Z)
find base/packs -type f | sort > before
other=$(save b b --time 20260103T000000Z)
find base/packs -type f | sort | comm -13 before - | sed 's,^base/,,' > others
bs-tag "$one" --add kept > /dev/null
bs-tag "$two" --add kept > /dev/null

# Two savesets that are expired; their data is that of the first two.
for time in 20250101T000000Z 20250102T000000Z; do save d a1 --time $time > /dev/null; done
bs-expire --last d@20250101T000000Z d@20250102T000000Z > /dev/null

# A condemned list, of a pack that nothing needs.
mkdir c
head -c 30000 /dev/urandom > c/file
find base/packs -type f | sort > before
save c c > /dev/null
find base/packs -type f | sort | comm -13 before - > after
while read -r pack; do printf 'ROT' | dd of="$pack" bs=1 seek=40 conv=notrunc status=none; done < after
bs-check --read-data --mark-damaged > /dev/null 2>&1 || true
rm -r base/savesets/c
killed_save stream
killed_save stream
bs-check --record > /dev/null
expect_good --read-data

# damage ACTION FILE [OTHER]
damage() {
  case $1 in
  cut) truncate -s $(($(stat -c %s "$2") / 2)) "$2" ;;
  emptied) truncate -s 0 "$2" ;;
  missing) rm "$2" ;;
  grown) printf 'grown by this' >> "$2" ;;
  # The first bit is in the mark of the header, the second at about a third, the last in the checksum at the end, if there is one.
  flipped-*)
    "$PYTHON" - "$2" "${1#flipped-}" << 'END'
import os, sys
path, part = sys.argv[1:]
with open(path, "r+b") as file:
    size = os.path.getsize(path)
    at = {"head": 3, "third": size // 3, "end": size - 1}[part]
    file.seek(at)
    byte = file.read(1)[0]
    file.seek(at)
    file.write(bytes([byte ^ 0x10]))
END
    ;;
  swapped) mv "$2" aside; mv "$3" "$2"; mv aside "$3" ;;
  replaced) cp "$3" "$2" ;;
  esac
}

# The same with parity, of which the programs at work make no use here.
cp -a base protected
bs-parity --share 5% protected > /dev/null 2>&1 || [ $? -eq 65 ]

cases=0
# try KIND ACTION FILE EXPECTED [OTHER]: EXPECTED is healed (a repair and saves leave nothing to be found), left (it is named, and left to the user), silent (no
# trace of it is left, and nothing is lost by it), unnamed (only its effect is found, and healed), collected (a collection a day later leaves nothing of it),
# renewed (bs-parity makes it anew), or refused (the repository cannot be used). BASE is the folder that is copied.
try() {
  local kind=$1 action=$2 file=$3 expected=$4 another=${5-} status=0 name
  what="$kind $file $action"
  name=${file##*/}
  cases=$((cases + 1))
  rm -rf repository
  cp -a "${BASE:-base}" repository
  export BACKSHIFT_REPOSITORY=$work/repository
  damage "$action" "repository/$file" "repository/$another"

  bs-check --read-data > out 2> said || status=$?
  ! grep -q '^   at ' said || { cat said; fail "$what: a stack trace"; }
  case $expected in
  silent) [ $status -eq 0 ] || { cat said; fail "$what: bs-check: status $status"; } ;;
  refused)
    [ $status -eq 65 ] || [ $status -eq 66 ] || { cat said; fail "$what: bs-check: status $status"; }
    status=0
    save a a2 > out 2> said || status=$?
    [ $status -ne 0 ] && [ -s said ] || fail "$what: a save goes on"
    return
    ;;
  *)
    [ $status -eq 65 ] || { cat out said; fail "$what: bs-check: status $status"; }
    [ "$expected" = unnamed ] || grep -q "$name" said || { cat said; fail "$what: it is not named"; }
    ;;
  esac
  expect_unnamed said

  status=0
  bs-check --repair > out 2> repair || status=$?
  [ $status -eq 0 ] || [ $status -eq 65 ] || { cat out repair; fail "$what: bs-check --repair: status $status"; }
  ! grep -q '^   at ' repair || { cat repair; fail "$what: a stack trace of the repair"; }
  expect_unnamed repair

  # Both trees are still there, with the inodes that they had.
  save a a1 > name 2> said || { cat said; fail "$what: the next save: status $?"; }
  expect_saved "$(cat name)" a1
  save a a2 > name 2> said || { cat said; fail "$what: the save after that: status $?"; }
  expect_saved "$(cat name)" a2
  status=0
  bs-check --repair > out 2> repair || status=$?
  case $expected in
  left)
    [ $status -eq 65 ] || { cat repair; fail "$what: bs-check --repair after the saves: status $status"; }
    grep -q "$name" repair || { cat repair; fail "$what: it is not named any more"; }
    ;;
  collected)
    [ $status -eq 65 ] && grep -q "$name" repair || { cat repair; fail "$what: it is not named any more: status $status"; }
    # The program is taken for dead, and its fence goes a day later.
    for _ in 1 2; do
      find repository/intents -type f -exec touch -d '25 hours ago' {} +
      status=0
      bs-collect > out 2> said || status=$?
      [ $status -eq 0 ] || [ $status -eq 3 ] || { cat said; fail "$what: bs-collect: status $status"; }
    done
    [ -z "$(ls repository/intents)" ] || { ls repository/intents; fail "$what: a collection leaves intents"; }
    expect_good --read-data
    ;;
  renewed)
    [ $status -eq 65 ] && grep -q "$name" repair || { cat repair; fail "$what: it is not named any more: status $status"; }
    bs-parity --renew --share 5% > out 2>&1 || [ $? -eq 65 ] || { cat out; fail "$what: bs-parity --renew"; }
    expect_good --read-data
    ;;
  *)
    [ $status -eq 0 ] || { cat repair; fail "$what: it is not healed: status $status"; }
    expect_good --read-data
    [ "$kind $action" = "saveset missing" ] || { expect_saved "$one" a1; expect_saved "$two" a2; expect_saved "$other" b; }
    ! bs-ls --json | grep -q '"damaged"' || fail "$what: a saveset is marked though all is there"
    ;;
  esac
}
# expect_unnamed MESSAGES: every saveset that they do not name is there.
expect_unnamed() {
  local saveset trees=(a1 a2 b)
  for saveset in "$one" "$two" "$other"; do
    grep -q "^bs-check: $saveset: \|savesets/${saveset/@//}" "$1" || [ ! -e "repository/savesets/${saveset/@//}" ] || expect_saved "$saveset" "${trees[0]}"
    trees=("${trees[@]:1}")
  done
}
files() { (cd base && find "$1" -type f | sort); }
# others FILE: another of its kind
another() { files "${1%%/*}" | grep -v -F -f after -e "$1" | head -1; }

sed -i 's,^base/,,' after
# Those of host b serve to show that nothing else is affected.
for pack in $(files packs | grep -v -F -f after -f others); do
  for action in cut emptied missing grown flipped-head flipped-third flipped-end; do
    try pack $action "$pack" healed
  done
done
pack=${contents#base/}
try pack swapped "$pack" healed "$(files packs | grep -v -F -f after | grep -v "$pack" | head -1)"
try pack replaced "$pack" healed "$(files packs | grep -v -F -f after | grep -v "$pack" | tail -1)"

run=$(files index | head -1)
try run missing "$run" silent
for action in cut emptied grown flipped-head flipped-third flipped-end; do try run $action "$run" healed; done
try run swapped "$run" healed "$(files index | tail -1)"
try run replaced "$run" healed "$(files index | tail -1)"

# Of two copies one is enough.
for action in cut grown flipped-head flipped-third flipped-end; do
  try saveset $action savesets/a/20260101T000000Z healed
  try tags $action "$(files tags | head -1)" healed
  try settings $action "$(files settings | head -1)" healed
  try configuration $action backshift healed
done
try record grown "$(files checks | head -1)" healed
for action in cut emptied flipped-third; do try record $action "$(files checks | head -1)" left; done
try record missing "$(files checks | head -1)" silent
try list grown "$(files condemned | head -1)" healed
for action in cut emptied flipped-third; do try list $action "$(files condemned | head -1)" left; done
try saveset emptied savesets/a/20260101T000000Z left
try tags emptied "$(files tags | head -1)" left
try settings emptied "$(files settings | head -1)" refused
try configuration emptied backshift refused
try saveset missing savesets/a/20260101T000000Z silent
try saveset swapped savesets/a/20260101T000000Z left savesets/a/20260102T000000Z
try saveset replaced savesets/a/20260102T000000Z left savesets/a/20260101T000000Z
try tags missing "$(files tags | head -1)" silent
try tags swapped "$(files tags | head -1)" left "$(files tags | tail -1)"
try tags replaced "$(files tags | head -1)" left "$(files tags | tail -1)"
for action in cut grown flipped-head flipped-third flipped-end; do try expired $action "$(files expired | head -1)" healed; done
try expired emptied "$(files expired | head -1)" left
try expired missing "$(files expired | head -1)" silent
try expired swapped "$(files expired | head -1)" left "$(files expired | tail -1)"
try expired replaced "$(files expired | head -1)" left "$(files expired | tail -1)"
for kind in intent fence; do
  case $kind in
  intent) those=$(files intents | grep '~') ;;
  fence) those=$(files intents | grep '!') ;;
  esac
  first=$(sed -n 1p <<< "$those") second=$(sed -n 2p <<< "$those")
  for action in cut emptied grown flipped-head flipped-third flipped-end swapped replaced; do try $kind $action "$first" collected "$second"; done
  try $kind missing "$first" silent
done
BASE=protected
parity=$(cd protected && find parity -type f | sort)
first=$(sed -n 1p <<< "$parity") second=$(sed -n 2p <<< "$parity")
for action in cut emptied grown flipped-head flipped-third flipped-end swapped replaced; do try parity $action "$first" renewed "$second"; done
try parity missing "$first" silent
BASE=base
# Its packs are found to be damaged once more.
try list missing "$(files condemned | head -1)" unnamed
try configuration missing backshift refused
echo "$cases cases"
