# Storage classes in a bucket of a real Ceph: packs of file contents are in the class that --storage-class names, and in its pool, everything else is in the
# standard one. So it stays when a collection writes packs anew. A class that the gateway does not have is refused before anything is published.
# only: bin
# takes: 90
. "${0%/*}/lib.sh"
[ -n "${S3_ENDPOINT:-}" ] || exec "$ROOT/tests/ceph-up" "$TMP/ceph" bash "$0"
printf 'correct horse battery staple\n' > passphrase
here=s3+http://$S3_ENDPOINT/classes
mkdir -p tree/sub
head -c 3000000 /dev/urandom > tree/stays
seq 60000 > tree/sub/numbers

good() { "$@" > out 2> said || { local status=$?; cat out said; fail "status $status: $*"; }; }
bucket() { "$PYTHON" "$ROOT/tests/scripts/s3-bucket.py" "$@"; }

# refused COMMAND…: the gateway does not have the class, which is said in one line and a hint.
refused() {
  local status=0
  BACKSHIFT_S3='--storage-class FROZEN' "$@" > out 2> said || status=$?
  [ $status -eq 77 ] || fail "status $status: $*: $(cat out said)"
  expect_empty out
  [ "$(grep -vc ': hint: ' said)" -eq 1 ] && grep -q ': the server has no storage class FROZEN (' said || fail "$*: $(cat said)"
}
# bytes CLASS POOL: as many bytes are in the pool as all objects of this class have. The gateway deletes what is left of deleted ones when it is asked to.
bytes() {
  local wanted found
  wanted=$(bucket list classes "" | awk -v class="$1" '$1 == class { sum += $3 } END { print sum + 0 }')
  for _ in $(seq 10); do
    found=$(bucket pools "$marker" "$2" | cut -d ' ' -f 2)
    [ "$found" -ne "$wanted" ] || return 0
    radosgw-admin gc process --include-all > /dev/null
    sleep 1
  done
  fail "$found bytes in pool $2, and objects of $wanted bytes in class $1: $(bucket list classes "")"
}
# in_their_classes AT KIND…: the repository AT has objects of each KIND, and each is in its class.
in_their_classes() {
  local at=$1 kind
  bucket list classes "$at/" > listed
  for kind in contents nodes "${@:2}"; do
    grep -q "^[A-Z]* $kind " listed || fail "no $kind: $(cat listed)"
  done
  awk '$1 != ($2 == "contents" ? "COLD" : "STANDARD")' listed > astray
  expect_empty astray
  bytes COLD "$CEPH_COLD_POOL"
  bytes STANDARD default.rgw.buckets.data
}

refused bs-init --plain "$here/none"
[ -z "$(bucket list classes "")" ] || fail "published: $(bucket list classes "")"
marker=$(radosgw-admin bucket stats --bucket=classes | sed -n 's/^ *"marker": "\(.*\)",$/\1/p')

everything() {
  local at=$1 one
  local kinds=(parity index savesets backshift)
  [ "$at" = plain ] || kinds+=(keys)
  export BACKSHIFT_REPOSITORY=$here/$at BACKSHIFT_S3='--storage-class COLD'
  good bs-init --parity 5% "${@:2}"
  head -c 2000000 /dev/urandom > tree/goes
  good bs-save --host h tree
  one=$(cat out)
  in_their_classes "$at" "${kinds[@]}"
  cp listed before
  refused bs-save --host h tree
  bucket list classes "$at/" > listed
  expect_same before listed
  mkdir restored
  good bs-restore "$one" -C restored
  same_tree tree restored/tree
  rm -rf restored tree/goes
  good bs-check --read-data

  # A part of the pack is given up: what stays is copied into another one, and the tree of the saveset that goes into none.
  sleep 1.1
  good bs-save --host h tree
  good bs-expire "$one"
  for _ in 1 2 3; do
    good bs-collect --grace 0h --max-unused 0%
    cat out >> collected
    ! grep -q '; [1-9][0-9]* packs* deleted' out || break
  done
  in_their_classes "$at" "${kinds[@]}" condemned moved
  for kind in contents nodes; do
    [ -n "$(comm -13 <(grep " $kind " before | sort) <(grep " $kind " listed | sort))" ] || fail "no new $kind: $(cat before collected listed)"
    [ -n "$(comm -23 <(grep " $kind " before | sort) <(grep " $kind " listed | sort))" ] || fail "no $kind deleted: $(cat before collected listed)"
  done
  (bs-tar h@latest | tar --diff -f -) > differences 2>&1 && [ ! -s differences ] || { cat differences; fail "h@latest is not what was saved"; }
  good bs-check --read-data
}
everything plain --plain
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase
everything sealed
