# Disks of a Ceph cluster that go in the middle of a save: one is no error, two make it wait until they are back. By hand: BACKSHIFT_LONG=1.
# only: bin
# takes: 120
. "${0%/*}/lib.sh"
[ -n "${BACKSHIFT_LONG:-}" ] || skip "takes minutes: BACKSHIFT_LONG=1 runs it"
[ -n "${S3_ENDPOINT:-}" ] || exec "$ROOT/tests/ceph-up" "$TMP/ceph" bash "$0"
export BACKSHIFT_REPOSITORY=s3+http://$S3_ENDPOINT/disks/a
bs-init --plain "$BACKSHIFT_REPOSITORY"

kill_disk() { kill -9 "$(cat "$CEPH_RUN/osd.$1.pid")"; }
start_disk() { "$ROOT/tests/ceph-up" --osd "$1"; }
begin() {
  mkdir "$1"
  for i in $(seq 12); do head -c 25000000 /dev/urandom > "$1/$i"; done
  bs-save --host "$1" "$1" > "$1.name" 2> "$1.said" &
  saver=$!
  sleep 2
  kill -0 $saver || fail "the save was done before anything happened"
}

begin one
kill_disk 1
wait $saver || fail "one disk was lost, and the save failed with status $?: $(cat one.said)"
[ ! -s one.said ] || fail "said: $(cat one.said)"
bs-tar "$(cat one.name)" | tar df -
start_disk 1
for _ in $(seq 120); do
  ! ceph health | grep -q HEALTH_OK || break
  sleep 1
done

begin two
kill_disk 0
kill_disk 1
sleep 40
kill -0 $saver || fail "two disks were lost, and the save did not wait: $(cat two.name two.said)"
[ ! -s two.name ] || fail "it has ended: $(cat two.name)"
start_disk 0
start_disk 1
wait $saver || fail "the save failed with status $?: $(cat two.said)"
bs-tar "$(cat two.name)" | tar df -
bs-check --read-data > checked || fail "$(cat checked)"
