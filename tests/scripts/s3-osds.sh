# Disks of a Ceph cluster that go in the middle of saves, plain and encrypted at once: one is no error, two make them wait until they are back. By hand:
# BACKSHIFT_LONG=1.
# only: bin
# takes: 130
. "${0%/*}/lib.sh"
[ -n "${BACKSHIFT_LONG:-}" ] || skip "takes minutes: BACKSHIFT_LONG=1 runs it"
[ -n "${S3_ENDPOINT:-}" ] || exec "$ROOT/tests/ceph-up" "$TMP/ceph" bash "$0"
printf 'correct horse battery staple\n' > passphrase
# in_it PLACE COMMAND…: the program works with this repository.
in_it() {
  local key=(BACKSHIFT_PASSPHRASE_FILE="$TMP/passphrase")
  [ "$1" = sealed ] || key=()
  env BACKSHIFT_REPOSITORY="s3+http://$S3_ENDPOINT/disks/$1" "${key[@]}" "${@:2}"
}
places=(plain sealed)
in_it plain bs-init --plain
in_it sealed bs-init

kill_disk() { kill -9 "$(cat "$CEPH_RUN/osd.$1.pid")"; }
start_disk() { "$ROOT/tests/ceph-up" --osd "$1"; }
# begin HOST: a save of its own in each place, for longer than two seconds.
begin() {
  local place
  for place in "${places[@]}"; do
    mkdir -p "$place/$1"
    for i in $(seq 6); do head -c 25000000 /dev/urandom > "$place/$1/$i"; done
  done
  savers=()
  for place in "${places[@]}"; do
    in_it "$place" bs-save --host "$1" "$place/$1" > "$place.name" 2> "$place.said" &
    savers+=($!)
  done
  sleep 2
  still "the save was done before anything happened"
}
still() {
  local i
  for i in 0 1; do kill -0 "${savers[i]}" || fail "${places[i]}: $1: $(cat "${places[i]}.name" "${places[i]}.said")"; done
}
# saved WHAT: all have ended well, and without a word.
saved() {
  local i place
  for i in 0 1; do
    place=${places[i]}
    wait "${savers[i]}" || fail "$place: $1, and the save failed with status $?: $(cat "$place.said")"
    expect_empty "$place.said"
    in_it "$place" bs-tar "$(cat "$place.name")" > saved.tar
    tar df saved.tar
  done
}

begin one
kill_disk 1
saved "one disk was lost"
start_disk 1
for _ in $(seq 120); do
  ! ceph health | grep -q HEALTH_OK || break
  sleep 1
done

begin two
kill_disk 0
kill_disk 1
sleep 40
still "two disks were lost, and the save did not wait"
for place in "${places[@]}"; do expect_empty "$place.name"; done
start_disk 0
start_disk 1
saved "two disks were lost and came back"
for place in "${places[@]}"; do
  in_it "$place" bs-check --read-data > checked || fail "$place: $(cat checked)"
done
