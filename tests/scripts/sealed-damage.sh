# Every kind of object of an encrypted repository, damaged by itself, or changed in each of its parts by someone who has no key but makes all checksums right
# again: bs-check finds and names it, what is read is right, or the status says that it is not, and a repair and the next saves heal it, or name it and nothing
# else. So with the objects of a host that may only save, and with those that its key is enough to make.
# only: bin
# timeout: 600
# takes: 70
. "${0%/*}/lib.sh"
need :msgpack :zstandard :cryptography
export PYTHONDONTWRITEBYTECODE=1
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
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key add --new-passphrase-file passphrase
export BACKSHIFT_KEY_FILE=$work/key
keyed_save() { (cd "$2" && bs-walk . | bs-chunk -r "$BACKSHIFT_REPOSITORY" | bs-store --host "$1" --time "$3"); }
(cd a2 && bs-walk . | bs-chunk -r "$BACKSHIFT_REPOSITORY") > stream
# Two fences, for writers that a collector takes for dead, and a record of where the packs have moved that it empties.
killed_save stream
killed_save stream
mkdir m
cp a1/file-1 m/kept
head -c 50000 /dev/urandom > m/dropped
old=$(keyed_save m m 20250201T000000Z)
rm m/dropped
keyed_save m m 20250202T000000Z > /dev/null
bs-expire "$old" > /dev/null
bs-collect --max-unused 0% > /dev/null # settings, too
one=$(keyed_save a a1 20260101T000000Z)
bs-tag "$one" --add first > /dev/null
cp -a base older
two=$(keyed_save a a2 20260102T000000Z)
bs-tag "$two" --add second > /dev/null
bs-tag "$one" --add kept > /dev/null
for time in 20250101T000000Z 20250102T000000Z; do keyed_save d a1 $time > /dev/null; done
bs-expire --last d@20250101T000000Z d@20250102T000000Z > /dev/null

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
killed_save stream
killed_save stream
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
    elif [ "$expected" = silent ] && [[ $what != "missing savesets/"* ]]; then
      cat said
      fail "$what: $saveset cannot be read"
    fi
    tree=a2
  done
}
tree_of() { case $1 in "$one") echo a1 ;; "$two") echo a2 ;; *) echo w ;; esac; }
# mended WHAT FILE [OTHER]: a repair does what it can, the trees are saved once more, and after that nothing is left but what only the user can take away,
# which is named. What can be healed is read as it was.
mended() {
  local what=$1 file=$2 name=${2##*/} other=${3-$2} status=0 tree saveset
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
  ! grep -v -F -e "$name" -e "${other##*/}" -e ': hint: ' said || fail "$what: more is left than it"
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
  "$PYTHON" "$ROOT/tests/formats/damage_sealed.py" "$1" "repository/$2" "repository/$3" || { [ $? -eq 64 ] && return; fail "$1 $2: cannot be damaged"; }
  ! cmp -s "base/$2" "repository/$2" || fail "$1 $2: nothing is changed"
  case $1 in
  spare) case $2 in settings/* | condemned/*) ;; *) expected=silent ;; esac ;; # authority, and reserved elsewhere
  first-seal | second-seal) expected=silent ;; # one of two
  flipped-end) case $2 in packs/* | index/*) expected=silent ;; esac ;; # so it is here
  missing) case $2 in packs/*) ;; *) expected=silent ;; esac ;; # nothing refers to any other
  reserved) case $2 in packs/* | index/*) ;; *) expected=silent ;; esac ;; # what is said in the header is authenticated, and this says nothing
  esac
  judge "$1 $2" $expected "$2"
  # To mend takes longer than to find: once for each way in which an object can be unreadable. Small ones are mended together, below.
  case $2:$1 in
  index/*:sealing) mended "$1 $2" "$2" ;;
  packs/*:exchanged | index/*:exchanged | savesets/*:exchanged) mended "$1 $2" "$2" "$3" ;;
  packs/*:* | index/*:* | savesets/*:*)
    case $1 in missing | emptied | cut | replaced | flipped-third | content | tag | *-segments) mended "$1 $2" "$2" ;; esac
    ;;
  esac
}
# files KIND: the largest first, but for the one condemned pack and those of the host.
files() {
  local named=()
  case $1 in intents) named=(-name '*~*') ;; fences) named=(-name '*!') ;; tags) named=(-name '2026*') ;; esac
  (cd base && find "${1/fences/intents}" -type f "${named[@]}" ! -path "${condemned#base/}" -printf '%s %p\n') | sort -n -r | cut -d ' ' -f 2 |
    grep -v -x -F -f of-host
}
for kind in packs index savesets expired tags settings condemned checks intents fences moved; do
  mapfile -t found < <(files $kind)
  [ ${#found[@]} -gt 0 ] || fail "there is no object in $kind"
  # Those of the others are damaged together, below.
  itself=
  case $kind in
  packs | index | savesets | settings) itself="missing exchanged flipped-head flipped-third flipped-end emptied cut grown replaced content tag" ;;
  esac
  for action in $itself magic sealing flags reserved name commitment salt session spare shorter first-seal second-seal last-tag fewer-segments more-segments \
    segments-exchanged; do
    # Settings are needed to read anything; the other object is of the same kind, or a saveset.
    try $action "${found[0]}" "${found[1]-$(files savesets | head -n 1)}"
  done
done

of_host=yes
while read -r file; do
  for action in missing exchanged emptied cut grown replaced content more-segments; do
    try $action "$file" "$(files "${file%%/*}" | head -n 1)"
  done
done < of-host
of_host=

# together ACTION EXPECTED KIND…: an object of each of these kinds is damaged in this way, all at once: each is found and named, or, where it is silent, none;
# nothing else is affected, the next saves succeed, and a repair and a collection a day later leave no more than what only the user can take away. Where it is
# noticed, that is only found.
together() {
  local action=$1 expected=$2 kind file status=0 name saveset found
  what="$action: ${*:3}"
  shift 2
  rm -rf repository state
  cp -a base repository
  : > damaged
  for kind; do
    case $kind in
    condemned) found=("$(cd base && find condemned -type f | head -n 1)" "$(files moved | head -n 1)") ;;
    checks) found=("$(files checks)" "$(files keys | tail -n 1)") ;;
    backshift) found=(backshift backshift) ;;
    *) mapfile -t found < <(files "$kind") ;;
    esac
    file=${found[0]}
    found=("$file" "${found[1]-$(files savesets | head -n 1)}")
    cases=$((cases + 1))
    "$PYTHON" "$ROOT/tests/formats/damage_sealed.py" "$action" "repository/$file" "repository/${found[1]}" || fail "$what: $file cannot be damaged"
    [ "$kind $action" != "condemned missing" ] || file=$condemned # which is found once more
    printf '%s\n' "${file##*/}" >> damaged
    [ "$action" != exchanged ] || printf '%s\n' "${found[1]##*/}" >> damaged
  done
  { cat damaged; echo "${condemned##*/}"; echo ': hint: '; echo 'packs or the index are damaged'; } > expected
  bs-check -r repository --read-data > out 2> said || status=$?
  ! grep -q '^   at ' said || { cat said; fail "$what: a stack trace"; }
  if [ "$expected" = silent ]; then
    [ $status -eq 0 ] || { cat said; fail "$what: bs-check: status $status"; }
  else
    [ $status -eq 65 ] || { cat said; fail "$what: bs-check: status $status"; }
    while read -r name; do
      grep -q -F -- "$name" said || { cat said; fail "$what: $name is not named"; }
    done < damaged
    ! grep -v -F -f expected said || fail "$what: more is found than that"
  fi
  export BACKSHIFT_REPOSITORY=$work/repository
  for saveset in "$one" "$two" "$web"; do expect_saved "$saveset" "$(tree_of "$saveset")" 2> said || { cat said; fail "$what: $saveset is affected"; }; done
  BACKSHIFT_KEY_FILE='' BACKSHIFT_PASSPHRASE_FILE=passphrase bs-cat "$one" file-1 2> said | cmp -s - a1/file-1 || fail "$what: with a passphrase: $(cat said)"
  if [ "$expected" = noticed ]; then
    export BACKSHIFT_REPOSITORY=$work/base
    return
  fi
  bs-check --repair > out 2> said || [ $? -eq 65 ] || { cat said; fail "$what: the repair"; }
  keyed_save a a1 20260201T000000Z > saved 2> said || { cat said; fail "$what: the next save: status $?"; }
  expect_saved "$(cat saved)" a1 2> said
  host_save > saved 2> said || { cat said; fail "$what: the next save of the host: status $?"; }
  expect_saved "$(cat saved)" w 2> said
  for _ in 1 2; do
    find repository/intents -type f -exec touch -d '25 hours ago' {} +
    bs-collect > out 2> said || [ $? -eq 3 ] || { cat said; fail "$what: the collection: status $?"; }
  done
  [ -z "$(ls repository/intents)" ] || fail "$what: a collection leaves intents: $(ls repository/intents)"
  status=0
  bs-check --record --read-data > out 2> said || status=$?
  [ $status -eq 0 ] || [ $status -eq 65 ] || { cat said; fail "$what: after the saves: status $status"; }
  ! grep -v -F -f expected said || fail "$what: more is left than that"
  case $action in
  cut | grown | flipped-*)
    ! grep -F -e 'key slot' -e expired/ -e tags/ -e 'moved packs' -e settings -e repository/backshift said || fail "$what: one copy of two is not enough"
    ;;
  esac
  export BACKSHIFT_REPOSITORY=$work/base
}
small="moved fences intents expired tags condemned checks"
for action in replaced content tag; do together $action found $small; done
together exchanged found ${small#moved } # with which a condemned list is exchanged
together emptied found $small keys
for action in cut flipped-third; do together $action found $small keys backshift settings; done
for action in grown flipped-head flipped-end; do together $action noticed $small keys backshift settings; done
together missing silent keys ${small/condemned/}
together missing found condemned
# Slots are not sealed: each opens the repository, whatever its name.
for action in replaced exchanged; do together $action silent keys; done

# Without its configuration nothing is a repository any more, and none is made in its place.
for action in missing emptied replaced; do
  rm -rf repository
  cp -a base repository
  "$PYTHON" "$ROOT/tests/formats/damage_sealed.py" $action repository/backshift "repository/$(files savesets | head -n 1)"
  cases=$((cases + 1))
  status=0
  bs-check -r repository > out 2> said || status=$?
  [ $status -eq 65 ] || [ $status -eq 66 ] || { cat said; fail "$action backshift: status $status"; }
  status=0
  (export BACKSHIFT_REPOSITORY=$work/repository; keyed_save a a1 20260201T000000Z) > out 2> said || status=$?
  [ $status -eq 65 ] || [ $status -eq 66 ] || { cat said; fail "$action backshift: a save goes on: status $status"; }
done

# Parity is not sealed. Without it, or with what is none, everything is read and saved; it is found, and made anew.
cp -a base protected
bs-parity --share 5% protected > /dev/null 2>&1 || [ $? -eq 65 ] # the condemned pack gets none
mapfile -t found < <(cd protected && find parity -type f -printf '%s %p\n' | sort -n -r | cut -d ' ' -f 2)
for action in missing emptied cut grown flipped-head flipped-third flipped-end exchanged replaced; do
  rm -rf repository
  cp -a protected repository
  "$PYTHON" "$ROOT/tests/formats/damage_sealed.py" $action "repository/${found[0]}" "repository/${found[1]}"
  expected=found
  [ $action != missing ] || expected=silent
  judge "$action parity" $expected "${found[0]}"
  case $action in
  emptied | replaced)
    (export BACKSHIFT_REPOSITORY=$work/repository; keyed_save a a2 20260201T000000Z) > saved 2> said || { cat said; fail "$action parity: the next save: $?"; }
    ;;
  esac
  bs-parity --renew --share 5% repository > out 2>&1 || [ $? -eq 65 ] || { cat out; fail "$action parity: bs-parity --renew"; }
  expect_good --read-data -r repository
  [ -s "repository/${found[0]}" ] || fail "$action parity: it is not made anew"
done

# What the key of a host is enough to make, with counts that are wrong: each is named, and harms neither other savesets nor the next ones.
rm -rf repository state
cp -a base repository
: > forged
: > theirs
for wrong in entries bytes level packs blocks chunks; do
  cases=$((cases + 1))
  find repository/packs -type f | sort > before
  saveset=$("$PYTHON" "$ROOT/tests/formats/host_writer.py" save web.key repository --wrong=$wrong w/random)
  case $wrong in
  blocks | chunks) find repository/packs -type f | sort | comm -13 before - | sed 's,.*/,,' >> forged ;;
  *) printf '%s\n' "${saveset##*/}" >> forged ;;
  esac
  printf '%s\n' "${saveset##*/}" >> theirs
  # Each has chunks of its own.
  head -c 1000 /dev/urandom >> w/random
done
status=0
bs-check -r repository --read-data > out 2> said || status=$?
[ $status -eq 65 ] || { cat said; fail "counts of a host: status $status"; }
while read -r name; do
  grep -q -F -- "$name" said || { cat said; fail "counts of a host: $name is not named"; }
done < forged
{ cat forged theirs; echo ': hint: '; echo 'packs or the index are damaged'; } > expected
! grep -v -F -f expected said || fail "counts of a host: more is found than that"
export BACKSHIFT_REPOSITORY=$work/repository
for saveset in "$one" "$two"; do expect_saved "$saveset" "$(tree_of "$saveset")"; done
bs-check --repair > out 2> said || [ $? -eq 65 ] || { cat said; fail "counts of a host: the repair"; }
keyed_save a a1 20260201T000000Z > saved
expect_saved "$(cat saved)" a1
host_save > saved
expect_saved "$(cat saved)" w
bs-check --read-data > out 2> said || [ $? -eq 65 ]
! grep -v -F -f expected said || fail "counts of a host: more is left than that"
export BACKSHIFT_REPOSITORY=$work/base

# Older objects in the place of newer ones: of a type, sealed with the same key, and each as it was written.
tags=$(cd older && find tags -type f)
saveset=$(cd older && find savesets -name '2026*')
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
[ $cases -ge 280 ] || fail "only $cases cases"
