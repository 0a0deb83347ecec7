# Several hosts that save into one bucket of Ceph while a collector runs all the time, and deletes; then one of them is killed in its saves. So in two
# repositories of the bucket at once, a plain and an encrypted one. By hand: BACKSHIFT_LONG=1.
# only: bin
# takes: 130
. "${0%/*}/lib.sh"
[ -n "${BACKSHIFT_LONG:-}" ] || skip "takes minutes: BACKSHIFT_LONG=1 runs it"
[ -n "${S3_ENDPOINT:-}" ] || exec "$ROOT/tests/ceph-up" "$TMP/ceph" bash "$0"
printf 'correct horse battery staple\n' > passphrase
# What a host saves changes each time, and has a part that all have.
head -c 2000000 /dev/urandom > common

host() {
  local round
  mkdir -p "$1"
  cp "$TMP/common" "$1/common"
  for round in $(seq $rounds); do
    head -c 1500000 /dev/urandom > "$1/own"
    bs-save --host "$1" "$1" > "$1.name" 2> "$1.said" || { echo "$1, round $round: status $?: $(cat "$1.said")" >> failed; return; }
    bs-tar "$(cat "$1.name")" > "$1.tar" 2> "$1.said" || { echo "$1: status $?: $(cat "$1.said")" >> failed; return; }
    tar df "$1.tar" > "$1.differs" 2>&1 || { echo "$1: $(cat "$1.differs")" >> failed; return; }
    bs-expire --host "$1" --keep-last 1 > /dev/null 2> "$1.said" || echo "$1: expire: $(cat "$1.said")" >> failed
    sleep 1
  done
}
race() {
  local running=()
  for name in "${hosts[@]}"; do
    host $name &
    running+=($!)
  done
  "$@"
  while kill -0 "${running[@]}" 2> /dev/null; do
    bs-collect --grace 0h >> collected 2> collected.said || { echo "bs-collect: status $?: $(cat collected.said)" >> failed; break; }
  done
  wait "${running[@]}"
  [ ! -e failed ] || fail "$PWD: $(cat failed)"
  bs-check --read-data > checked || fail "$PWD: $(cat checked)"
  for name in "${hosts[@]}"; do
    bs-tar "$(cat $name.name)" > $name.tar
    tar df $name.tar
  done
}
# What one leaves that is killed does no harm; collections wait for it.
killed() {
  mkdir killed
  for pause in 0.4 0.8 1.6; do
    head -c 8000000 /dev/urandom > killed/own
    timeout -s KILL $pause bs-save --host killed killed > /dev/null 2>&1 || true
  done
}
# repository NAME [--plain]: all of that in a repository, by two hosts.
repository() {
  hosts=("$1-a" "$1-b")
  mkdir "$1"
  cd "$1"
  export BACKSHIFT_REPOSITORY=s3+http://$S3_ENDPOINT/hosts/$1$$
  bs-init "${@:2}"
  bs-save --host first "$TMP/common" > first 2> said || fail "$1: $(cat said)"
  rounds=5
  race
  grep -q '; [1-9][0-9]* packs* deleted' collected || fail "$1: the collector has deleted nothing: $(cat collected)"
  rounds=2
  race killed
}
repository plain --plain &
plain=$!
BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase repository sealed &
sealed=$!
bad=0
wait $plain || bad=$?
wait $sealed || bad=$?
exit $bad
