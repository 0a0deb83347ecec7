# Every kind of object of an encrypted repository, changed in each of its parts by someone who has no key but makes all checksums right again: bs-check finds
# and names it, what is read is right, or the status says that it is not, and a repair and the next saves heal it, or name it and nothing else. So with the
# objects of a host that may only save. Damage that happens by itself is in damage-matrix.sh and sealed.sh.
# only: bin
# takes: 30
. "${0%/*}/lib.sh"
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
export BACKSHIFT_REPOSITORY=$work/base
mkdir a1
for n in 1 2 3; do seq "$n"0000 "$n"9000 > "a1/file-$n"; done
head -c 60000 /dev/urandom > a1/random
cp -a a1 a2
for n in 1 2 3; do sed -i 's/777$/changed/' "a2/file-$n"; done
printf 'correct horse\n' > passphrase
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key export > key
export BACKSHIFT_KEY_FILE=$work/key
keyed_save() { (cd "$2" && bs-walk . | bs-chunk -r "$BACKSHIFT_REPOSITORY" | bs-store --host "$1" --time "$3"); }
one=$(keyed_save a a1 20260101T000000Z)
bs-tag "$one" --add first > /dev/null
cp -a base older
two=$(keyed_save a a2 20260102T000000Z)
bs-tag "$two" --add second > /dev/null
bs-tag "$one" --add kept > /dev/null
for time in 20250101T000000Z 20250102T000000Z; do keyed_save d a1 $time > /dev/null; done
bs-expire --last d@20250101T000000Z d@20250102T000000Z > /dev/null
bs-collect --everything > /dev/null # settings

# A condemned list, of a pack that nothing needs.
mkdir c
head -c 30000 /dev/urandom > c/file
find base/packs base/savesets -type f | sort > before
keyed_save c c 20260103T000000Z > /dev/null
find base/packs base/savesets -type f | sort | comm -13 before - > after
condemned=$(grep packs after | tr '\n' '\0' | find -files0-from - -size +15k)
printf 'ROT' | dd of="$condemned" bs=1 seek=200 conv=notrunc status=none
bs-check --read-data --mark-damaged > /dev/null 2>&1 || true
rm -r "$(dirname "$(grep savesets after)")"
# What a host has written that may only save: packs, a run and a saveset for the root key. Its data are its own.
bs-key host web > web.key
mkdir w
seq 500000 520000 > w/numbers
head -c 60000 /dev/urandom > w/random
# The time of the saveset, the state of the host and its data are out of reach of who has the root key alone.
host_save() {
  (cd w && bs-walk --host web . | BACKSHIFT_KEY_FILE=$work/web.key XDG_STATE_HOME=$work/state bs-chunk -r "$BACKSHIFT_REPOSITORY" |
    BACKSHIFT_KEY_FILE=$work/web.key XDG_STATE_HOME=$work/state bs-store --host web)
}
find base -type f | sort > before
web=$(host_save)
find base -type f | sort | comm -13 before - | sed 's,^base/,,' | grep '^packs\|^index\|^savesets' > of-host
# Two writers that were killed.
(cd a2 && bs-walk . | bs-chunk -r "$BACKSHIFT_REPOSITORY") > stream
mkfifo pipe
for number in 1 2; do
  bs-store --host killed < pipe > /dev/null 2>&1 &
  exec 8> pipe
  head -c 1000 stream >&8
  for ((i = 0; i < 300; i++)); do
    [ "$(find base/intents -type f | wc -l)" -lt $number ] || break
    sleep 0.1
  done
  kill -9 $!
  wait $! 2> /dev/null || true
  exec 8>&-
done
bs-check --record > /dev/null
expect_good --read-data

cases=0
# judge WHAT EXPECTED FILE: bs-check names it (found), or finds nothing (silent); and both savesets are read as they were, or their readers say that they are
# not.
judge() {
  local what=$1 expected=$2 name=${3##*/} status=0 saveset tree=a1
  cases=$((cases + 1))
  bs-check -r repository --read-data > out 2> said || status=$?
  ! grep -q '^   at ' said || { cat said; fail "$what: a stack trace"; }
  if [ "$expected" = silent ]; then
    [ $status -eq 0 ] || { cat said; fail "$what: bs-check: status $status"; }
  else
    [ $status -eq 65 ] && grep -q -- "$name" said || { cat said; fail "$what: it is not found and named: status $status"; }
  fi
  for saveset in "$one" "$two"; do
    # Objects that a restore does not need are none of its business; one is restored all the same.
    case $3 in
    packs/* | index/* | savesets/* | settings/*) ;;
    *) [ "$saveset" = "$one" ] || continue ;;
    esac
    if bs-tar -r repository "$saveset" > archive 2> said; then
      tar --diff -f archive -C $tree > said 2>&1 || { cat said; fail "$what: $saveset is read with status 0, and is not right"; }
    elif [ "$expected" = silent ]; then
      cat said
      fail "$what: $saveset cannot be read"
    fi
    tree=a2
  done
}
tree_of() { case $1 in "$one") echo a1 ;; "$two") echo a2 ;; *) echo w ;; esac; }
# mended WHAT FILE: a repair does what it can, the trees are saved once more, and after that nothing is left but what only the user can take away, which is
# named. What can be healed is read as it was.
mended() {
  local what=$1 file=$2 name=${2##*/} status=0 tree saveset
  export BACKSHIFT_REPOSITORY=$work/repository
  bs-check --repair > out 2> repair || status=$?
  [ $status -eq 0 ] || [ $status -eq 65 ] || { cat repair; fail "$what: the repair: status $status"; }
  for tree in a1 a2; do
    (cd $tree && bs-walk . | bs-chunk -r "$BACKSHIFT_REPOSITORY" | bs-store --host a) > saved 2> said || { cat said; fail "$what: the next save: status $?"; }
    expect_saved "$(cat saved)" $tree
  done
  rm -rf state
  [ -z "${of_host-}" ] || host_save > saved 2> said || { cat said; fail "$what: the next save of the host: status $?"; }
  [ -z "${of_host-}" ] || expect_saved "$(cat saved)" w
  bs-check --repair > out 2> repair || true
  status=0
  bs-check --read-data > out 2> said || status=$?
  case $file in
  # What a program does not know is not its to delete.
  index/*) [ $status -eq 0 ] || [ "${what%% *}" = sealing ] || { cat said; fail "$what: it is not healed"; } ;;
  packs/*) [ $status -eq 0 ] || { cat said; fail "$what: it is not healed"; } ;;
  esac
  ! grep -v -F -e "$name" -e ': hint: ' said || fail "$what: more is left than it"
  for saveset in "$one" "$two" ${of_host:+"$web"}; do
    # A saveset that is damaged is no more.
    case $file in savesets/*) bs-ls "$saveset" > listed 2>&1 || continue ;; esac
    expect_saved "$saveset" "$(tree_of "$saveset")"
  done
  export BACKSHIFT_REPOSITORY=$work/base
}
# try ACTION FILE OTHER
try() {
  local expected=found
  rm -rf repository
  cp -a base repository
  "$PYTHON" "$ROOT/tests/formats/damage_sealed.py" "$1" "repository/$2" "$3" || { [ $? -eq 64 ] && return; fail "$1 $2: cannot be damaged"; }
  ! cmp -s "base/$2" "repository/$2" || fail "$1 $2: nothing is changed"
  case $1 in
  spare) case $2 in settings/* | condemned/*) ;; *) expected=silent ;; esac ;; # authority, and reserved elsewhere
  first-seal | second-seal) expected=silent ;; # one of two
  reserved) case $2 in packs/* | index/*) ;; *) expected=silent ;; esac ;; # what is said in the header is authenticated, and this says nothing
  esac
  judge "$1 $2" $expected "$2"
  # Without settings nothing can be read. To mend takes longer than to find: once for each way in which an object can be unreadable.
  case $2:$1 in
  settings/*) ;;
  index/*:sealing | *:emptied | *:cut | *:replaced | *:content | *:tag | *-segments) mended "$1 $2" "$2" ;;
  esac
}
files() { (cd base && find "$1" -type f ! -path "${condemned#base/}" -printf '%s %p\n' | sort -n -r | cut -d ' ' -f 2); }
for kind in packs index savesets expired tags settings condemned checks intents; do
  mapfile -t found < <(files $kind)
  [ ${#found[@]} -gt 0 ] || fail "there is no object in $kind"
  for action in emptied cut grown replaced magic sealing flags reserved name commitment salt session spare content tag shorter first-seal second-seal last-tag \
    fewer-segments more-segments segments-exchanged; do
    # Settings are needed to read anything; the other object is of the same kind, or a saveset.
    other=base/${found[1]-$(files savesets | head -n 1)}
    try $action "${found[0]}" "$other"
  done
done

of_host=yes
while read -r file; do
  for action in emptied cut grown replaced content more-segments; do
    try $action "$file" "base/$(files "${file%%/*}" | grep -v -F "$file" | head -n 1)"
  done
done < of-host
of_host=
# Older objects in the place of newer ones: of a type, sealed with the same key, and each as it was written.
tags=$(cd older && find tags -type f)
saveset=$(cd older && find savesets -type f)
for case in "tags $tags ${tags%~1}~2" "savesets $saveset $(files "${saveset%/*}" | grep -v -F "$saveset" | head -n 1)" \
  "index $(cd older && find index -type f | head -n 1) $(files index | head -n 1)" \
  "packs $(cd older && find packs -type f | head -n 1) $(files packs | head -n 1)"; do
  read -r kind old new <<< "$case"
  rm -rf repository
  cp -a base repository
  cp "older/$old" "repository/$new"
  ! cmp -s "base/$new" "repository/$new" || continue
  judge "$kind: an older one in the place of $new" found "$new"
  mended "$kind: an older one in the place of $new" "$new"
done
echo "$cases cases"
[ $cases -ge 140 ] || fail "only $cases cases"
