# bs-check and long readers beside writers that publish and join runs all the time: no damage is reported that is not there.
# timeout: 600
# only: bin
# takes: 60
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir shared
cp -a "$ROOT/lib" shared/lib
save shared shared > name
shared=$(cat name)
# writer N: a save after the other, each with something new; until the file stop is there.
writer() {
  local tree=tree-$1 n=0
  mkdir "$tree"
  while [ ! -e stop ]; do
    n=$((n + 1))
    head -c 20000 /dev/urandom > "$tree/file-$n"
    save "writer-$1" "$tree" > "name-$1" 2> "said-$1" || { echo "status $? of save $n" > "failed-$1"; return; }
    [ ! -s "said-$1" ] || cat "said-$1" > "failed-$1"
  done
  echo $n > "saves-$1"
}
for n in 1 2 3; do writer $n & done
checks=${BACKSHIFT_ROUNDS:-12}
for ((i = 1; i <= checks; i++)); do
  bs-check > out 2> said || { cat out said; touch stop; wait; fail "bs-check $i beside writers: status $?"; }
  expect_empty said
  bs-tar "$shared" > archive 2> said || { cat said; touch stop; wait; fail "bs-tar $i beside writers: status $?"; }
  expect_empty said
done
touch stop
wait
for n in 1 2 3; do
  [ ! -e failed-$n ] || { cat failed-$n; fail "writer $n failed"; }
  [ "$(cat saves-$n)" -ge 3 ] || fail "writer $n made only $(cat saves-$n) saves: this tests nothing"
  expect_saved "$(cat name-$n)" tree-$n
done
expect_good --read-data
# Joined by eights, whoever did it.
[ "$(find repository/index -type f | wc -l)" -lt 40 ] || fail "$(find repository/index -type f | wc -l) runs"
