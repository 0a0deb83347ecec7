# Several hosts that save into one bucket of Ceph while a collector runs all the time, and one of them is killed again and again. By hand: BACKSHIFT_LONG=1.
# only: bin
# takes: 150
. "${0%/*}/lib.sh"
[ -n "${BACKSHIFT_LONG:-}" ] || skip "takes minutes: BACKSHIFT_LONG=1 runs it"
[ -n "${S3_ENDPOINT:-}" ] || exec "$ROOT/tests/ceph-up" "$TMP/ceph" bash "$0"
export BACKSHIFT_REPOSITORY=s3+http://$S3_ENDPOINT/hosts/a
bs-init --plain "$BACKSHIFT_REPOSITORY"
rounds=4

# What a host saves changes each time, and has a part that all have.
head -c 2000000 /dev/urandom > common
host() {
  local round
  mkdir -p "$1"
  cp common "$1/common"
  for round in $(seq $rounds); do
    head -c 1500000 /dev/urandom > "$1/own"
    bs-save --host "$1" "$1" > "$1.name" 2> "$1.said" || { echo "$1, round $round: status $?: $(cat "$1.said")" >> failed; return; }
    bs-tar "$(cat "$1.name")" | tar df - > "$1.differs" 2>&1 || { echo "$1: $(cat "$1.differs")" >> failed; return; }
    bs-expire --host "$1" --keep-last 2 > /dev/null 2> "$1.said" || echo "$1: expire: $(cat "$1.said")" >> failed
  done
}
for name in a b c; do
  host $name &
  hosts[${#hosts[@]}]=$!
done
# One that is killed: what it leaves does no harm, and only makes collections wait.
(for round in $(seq 3); do
  mkdir -p killed
  head -c 8000000 /dev/urandom > killed/own
  timeout -s KILL 1.$round bs-save --host killed killed > /dev/null 2>&1 || true
done) &
hosts[${#hosts[@]}]=$!
while kill -0 "${hosts[@]}" 2> /dev/null; do
  bs-collect --grace 0h > collected 2> collected.said || fail "bs-collect: status $?: $(cat collected.said)"
done
wait "${hosts[@]}"
[ ! -e failed ] || fail "$(cat failed)"
bs-check --read-data > checked || fail "$(cat checked)"
for name in a b c; do
  bs-tar "$(cat $name.name)" | tar df -
done
