# kill -9 of bs-expire, its undo, bs-tag and bs-rename at their N-th fsync, rename, unlink or mkdir, for every N there is: afterwards bs-check is clean, no
# saveset is lost, tags and holds are the old or the new ones, and the same command again finishes what was begun.
# only: bin
# timeout: 600
# takes: 30
. "${0%/*}/lib.sh"
need strace
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
strace -f -o log -e inject=fsync:signal=KILL:when=100 true 2> /dev/null || skip "strace may not trace here"

mkdir tree
echo hello > tree/hello
export BACKSHIFT_REPOSITORY=$work/base
bs-init --plain
one=$(save web tree --time 2026-01-01T00:00:00Z)
two=$(save web tree --time 2026-01-02T00:00:00Z)
three=$(save web tree --time 2026-01-03T00:00:00Z)
bs-tag --add old --note n "$one" "$two"
bs-tag --hold "$two" # its tags have a number before
bs-tag --release "$two"

# names: those that are listed, and those that are expired, sorted.
listed() { bs-ls | awk '{ print $1 }' | tr '\n' ' '; }
gone() { bs-ls --expired | awk '{ print $1 }' | tr '\n' ' '; }

# killed CHECK COMMAND…: kills COMMAND at each of its calls, with a fresh copy of the base for each; then CHECK, then the command again, which must succeed,
# then CHECK finished.
killed() {
  local check=$1 call n status kills=0
  shift
  for call in fsync renameat2,rename,link,linkat unlink,unlinkat mkdir,mkdirat; do
    for ((n = 1; n < 100; n++)); do
      rm -rf repository
      cp -a "${BASE:-base}" repository
      export BACKSHIFT_REPOSITORY=$work/repository
      status=0
      strace -f -o log -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" "$@" > out 2> said || status=$?
      [ $status -ne 0 ] || break
      [ $status -eq 137 ] || { cat said; fail "$*: status $status, killed at $call $n"; }
      kills=$((kills + 1))
      expect_good || fail "$*, killed at $call $n"
      "$check" killed || fail "$*, killed at $call $n: $(listed)| $(gone)"
      status=0
      "$@" > out 2> said || status=$?
      # Where all was done but the end, names are not there any more.
      [ $status -eq 0 ] || [ $status -eq 66 ] || { cat said; fail "$*: status $status after it was killed at $call $n"; }
      "$check" finished || fail "$*, again after $call $n: $(listed)| $(gone)"
      expect_good
    done
    [ $n -lt 100 ] || fail "$*: no end to $call"
  done
  [ $kills -ge 4 ] || fail "$*: only $kills kills"
  echo "$*: $kills kills"
}

expired_both() {
  local name
  for name in "$one" "$two"; do
    # Somewhere, and perhaps in both places; never nowhere.
    [[ "$(listed)$(gone)" == *"$name "* ]] || return 1
  done
  [[ "$(listed)" == *"$three "* ]] || return 1
  [ "$1" = killed ] || { [ "$(listed)" = "$three " ] && [ "$(gone)" = "$one $two " ]; }
}
killed expired_both bs-expire --keep-last 1

rm -rf undone
cp -a base undone
BACKSHIFT_REPOSITORY=$work/undone bs-expire --keep-last 1 > /dev/null
back_again() {
  [[ "$(listed)$(gone)" == *"$one "* ]] || return 1
  [ "$1" = killed ] || { [ "$(listed)" = "$one $three " ] && [ "$(gone)" = "$two " ]; } || return 1
  [ "$1" = killed ] || bs-ls --json --tag old | grep -q "\"name\":\"$one\""
}
BASE=undone killed back_again bs-expire --undo "$one"

tagged() {
  local line
  line=$(bs-ls --json | grep "\"name\":\"$two\"")
  case $line in
  *'"tags":["old"],"note":"n"'*) [ "$1" = killed ] && [[ $line != *'"hold"'* ]] ;;
  *'"tags":["new"],"note":"m","hold":true'*) return 0 ;;
  *) return 1 ;;
  esac
}
killed tagged bs-tag --clear --add new --note m --hold "$two"

data_gone() {
  [ "$(listed)" = "$one $two $three " ] || return 1
  [ "$1" = killed ] || [ "$(bs-ls --json | grep -c '"data_expired"')" -eq 2 ]
}
killed data_gone bs-expire --data-older-than 0d

renamed() {
  local name
  for name in "$one" "$two" "$three"; do
    # Under one name or both; the tags of both are the same.
    bs-ls --json | grep "\"name\":\"[a-z]*@${name#*@}\"" > lines || return 1
    [ "$name" = "$three" ] || [ "$1" = killed ] || grep -q '"tags":\["old"\],"note":"n"' lines || return 1
  done
  [ "$1" = killed ] || [ "$(listed)" = "www@${one#*@} www@${two#*@} www@${three#*@} " ]
}
killed renamed bs-rename web www
bs-tar www@latest | tar --diff -f - -C tree
