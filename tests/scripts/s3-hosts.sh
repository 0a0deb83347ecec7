# Several hosts that save into one bucket of Ceph while a collector runs all the time, and deletes; then one of them is killed in its saves. By hand:
# BACKSHIFT_LONG=1.
# only: bin
# takes: 100
. "${0%/*}/lib.sh"
[ -n "${BACKSHIFT_LONG:-}" ] || skip "takes a minute: BACKSHIFT_LONG=1 runs it"
[ -n "${S3_ENDPOINT:-}" ] || exec "$ROOT/tests/ceph-up" "$TMP/ceph" bash "$0"
export BACKSHIFT_REPOSITORY=s3+http://$S3_ENDPOINT/hosts/a$$
bs-init --plain "$BACKSHIFT_REPOSITORY"
rounds=5 hosts=()

# What a host saves changes each time, and has a part that all have.
head -c 2000000 /dev/urandom > common
bs-save --host first common > first 2> said || fail "said: $(cat said)"
host() {
  local round
  mkdir -p "$1"
  cp common "$1/common"
  for round in $(seq $rounds); do
    head -c 1500000 /dev/urandom > "$1/own"
    bs-save --host "$1" "$1" > "$1.name" 2> "$1.said" || { echo "$1, round $round: status $?: $(cat "$1.said")" >> failed; return; }
    bs-tar "$(cat "$1.name")" | tar df - > "$1.differs" 2>&1 || { echo "$1: $(cat "$1.differs")" >> failed; return; }
    bs-expire --host "$1" --keep-last 1 > /dev/null 2> "$1.said" || echo "$1: expire: $(cat "$1.said")" >> failed
    sleep 1
  done
}
race() {
  while kill -0 "${hosts[@]}" 2> /dev/null; do
    bs-collect --grace 0h >> collected 2> collected.said || fail "bs-collect: status $?: $(cat collected.said)"
  done
  wait "${hosts[@]}"
  [ ! -e failed ] || fail "$(cat failed)"
  bs-check --read-data > checked || fail "$(cat checked)"
  for name in a b c; do
    bs-tar "$(cat $name.name)" | tar df -
  done
}
for name in a b c; do
  host $name &
  hosts+=($!)
done
race
grep -q '; [1-9][0-9]* packs* deleted' collected || fail "the collector has deleted nothing: $(cat collected)"

# What one leaves that is killed does no harm; collections wait for it.
rounds=2 hosts=()
for name in a b c; do
  host $name &
  hosts+=($!)
done
mkdir killed
for pause in 0.4 0.8 1.6; do
  head -c 8000000 /dev/urandom > killed/own
  timeout -s KILL $pause bs-save --host killed killed > /dev/null 2>&1 || true
done
race
