# A connection that is cut, after any number of bytes, or by the death of the server: every program ends at once with status 74 and one line about it. It
# reports nothing as missing or damaged, and goes on with no other object.
# only: bin
# takes: 60
. "${0%/*}/lib.sh"
bs-init --plain repository
mkdir -p tree/sub target
head -c 3000000 /dev/urandom > tree/random
seq 30000 > tree/sub/numbers
for i in $(seq 300); do echo "$i" > "tree/sub/file$i"; done
bs-save -r "$TMP/repository" --host h tree > name
head -c 200000 /dev/urandom > tree/more
bs-save -r "$TMP/repository" --host h tree > name
cp -a repository kept
head -c 500000 /dev/urandom > tree/late
(bs-walk tree | bs-chunk) > stream
cp -a kept ahead
bs-store --host h ahead < stream > name
# Each program starts from the same, and has no cache.
afresh() {
  rm -rf repository target other .cache
  cp -a kept repository
  mkdir target
  bs-init --plain other
}
programs() {
  echo "bs-ls -r LOCATION"
  echo "bs-ls -r LOCATION h@latest"
  echo "bs-cat -r LOCATION h@latest tree/random"
  echo "bs-tar -r LOCATION h@latest"
  echo "bs-restore -r LOCATION -C target h@latest"
  echo "bs-find -r LOCATION tree/random"
  echo "bs-stat -r LOCATION h@latest"
  echo "bs-check -r LOCATION"
  echo "bs-check -r LOCATION --read-data"
  echo "bs-collect -r LOCATION --everything"
  echo "bs-expire -r LOCATION --keep-last 1"
  echo "bs-parity -r LOCATION"
  echo "bs-store --host h LOCATION"
  echo "bs-copy LOCATION other"
  echo "bs-copy ahead LOCATION"
}
# run LOCATION PROGRAM: sets status.
run() {
  local words=() word
  for word in $2; do
    [ "$word" = LOCATION ] && words+=("$1") || words+=("$word")
  done
  status=0
  timeout -k 1 20 "${words[@]}" > out 2> said < stream || status=$?
}

# The whole conversation is so long; it is cut after a part of it.
measured() { printf "exec:exec bash -c 'bs-serve %s/repository | tee %s/answers'" "$TMP" "$TMP"; }
cut_after() { printf "exec:exec bash -c 'exec stdbuf -o0 head -c %s < <(exec bs-serve %s/repository <&3)' 3<&0" "$1" "$TMP"; }
programs > all
while read -r program; do
  afresh
  run "$(measured)" "$program"
  [ $status -eq 0 ] || { cat out said; fail "$program: status $status"; }
  length=$(stat -c %s answers) cuts=0
  for bytes in 0 $((length / 7)) $((length * 2 / 3)) $((length - 40)); do
    afresh
    run "$(cut_after "$bytes")" "$program"
    # The last answers may be to what helps only: the intent is withdrawn, leftovers are swept.
    [ $status -ne 0 ] || [ "$bytes" -le $((length * 2 / 3)) ] || continue
    [ $status -eq 74 ] || { cat out said; fail "$program: status $status after $bytes of $length bytes"; }
    [ "$(grep -vc ': hint: ' said)" -eq 1 ] || { cat said; fail "$program: not one line after $bytes of $length bytes"; }
    grep -Eq 'the connection to the server was cut|the server ended before it answered' said || { cat said; fail "$program: after $bytes of $length bytes"; }
    cuts=$((cuts + 1))
  done
  echo "$program: $cuts of $length bytes"
done < all

# All servers of a program are killed, in the middle of what takes them half a minute.
cat > slow << EOF
echo \$\$ >> $TMP/servers
exec bs-serve --limit-rate 100kB $TMP/repository
EOF
head -c 3000000 /dev/urandom > tree/later
# killed SERVERS PROGRAM: a program that starts so many.
killed() {
  local program i begun
  afresh
  : > servers
  BACKSHIFT_REPOSITORY="exec:exec sh $TMP/slow" timeout -k 1 60 "${@:2}" > out 2> said < /dev/null &
  program=$!
  for ((i = 0; i < 300; i++)); do
    [ "$(wc -l < servers)" -lt "$1" ] || break
    sleep 0.1
  done
  sleep 1
  begun=$SECONDS
  xargs kill -9 < servers 2> kills || true
  status=0
  wait $program || status=$?
  [ $status -eq 74 ] || { cat out said kills; fail "$*: status $status after its servers were killed"; }
  [ $((SECONDS - begun)) -le 5 ] || fail "$*: it was still there after $((SECONDS - begun)) seconds"
  grep -q 'the connection to the server was cut (status 137)' said || { cat said; fail "$*: said"; }
  ! grep -Eq 'missing|damaged|cannot be read|not in the repository' out said || { cat said; fail "$* says what is not so"; }
}
killed 1 bs-check --read-data
killed 1 bs-collect --everything
killed 1 bs-tar h@latest
killed 3 bs-save --host h tree
