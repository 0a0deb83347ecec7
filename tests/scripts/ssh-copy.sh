# bs-copy between repositories on other machines, by real ssh connections, plain and encrypted: a key that may read is enough where it copies from, and one that
# may save where it copies to; a key of one host copies that host; what was there when a connection was cut is not sent again.
# only: bin
# takes: 130
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sshd.sh"
need pgrep
from=(from-reader from-web)
to=(to-writer to-reader to-web)
keys all "${from[@]}" "${to[@]}"
echo "restrict $(cat all-key.pub)" > authorized
start_sshd
count_crossing
ssh_config all "${from[@]}" "${to[@]}" > config
export BACKSHIFT_RSH="$CROSSING ssh -F $TMP/config"
printf 'correct horse battery staple\n' > passphrase
reader=ssh://from-reader$SSH_HOME/source writer=ssh://to-writer$SSH_HOME/replica

count() { "$PYTHON" -c 'import json, sys; print(json.load(open("summary"))[sys.argv[1]])' "$1"; }
savesets() { (cd "$1" && find savesets -type f -exec sha256sum {} + | sort); }
everything() { find "$1" -type f -exec sha256sum {} + | sort; }
alike() { [ "$(savesets "$1")" = "$(savesets "$2")" ] || fail "the savesets of $1 and $2 differ"; }
bytes_of() { awk '{ n += $1 } END { print n + 0 }'; }
packs_in() { find "$1" -path '*/packs/*' -type f -printf '%s %p %i\n' | sort; }
# copy FROM TO [SAVESET…]: it succeeds, and has nothing to say but what a key that may only save makes it say.
copy() {
  cross_afresh
  bs-copy --json "$@" > summary 2> said || { local status=$?; cat summary said; fail "bs-copy $* ends with $status"; }
  ! grep -v -e 'tags, notes and holds are not copied' -e 'expire by the times in the savesets' said || fail "bs-copy $* said: $(cat said)"
  echo "bs-copy $*: $(sent) bytes sent, $(received) received, $(count packs) packs of $(count pack_bytes) bytes"
}
# copied WHERE SAVESETS: so many were copied, and packs of no other size than they have crossed once, in that direction.
copied() {
  local crossed
  crossed=$("$1")
  [ "$(count savesets)$(count block_bytes)$(count faults)" = "${2}00" ] || fail "$(cat summary)"
  [ "$crossed" -ge "$(count pack_bytes)" ] || fail "$crossed bytes have crossed: $(cat summary)"
  # Before a pack is read whole its end was, 256 KiB of it.
  [ "$crossed" -le $(($(count pack_bytes) + 300000 * $(count packs) + 50000)) ] || fail "$crossed bytes have crossed: $(cat summary)"
}
# unchanged FROM TO: nothing is to be copied, which costs listings.
unchanged() {
  copy "$@"
  [ "$(count savesets)$(count packs)$(count block_bytes)" = 000 ] || fail "$(cat summary)"
  [ "$(sent)" -le 2000 ] && [ "$(received)" -le 40000 ] || fail "$(sent) bytes were sent and $(received) received, to copy nothing"
}
# refused STATUS TEXT COMMAND…
refused() {
  local text=$2
  expect_status "$1" "${@:3}" > out 2> said
  grep -q "$text" said || fail "${*:3}: said: $(cat said)"
}
# save_days HOST FIRST LAST: a saveset with 1.5 MB of its own for each day.
save_days() {
  local day
  for day in $(seq "$2" "$3"); do
    head -c 1500000 /dev/urandom > "tree/new"
    BACKSHIFT_REPOSITORY=$TMP/source save "$1" tree --time "202601${day}T000000Z" > /dev/null
  done
}
# round SERVER OPTION…: with that server killed in the middle; options are for bs-init.
round() {
  local killed=$1 folder=web copier rest i
  shift
  rm -rf tree source local web "$SSH_HOME"/{source,replica,other}
  bs-init "$@" source
  mkdir tree
  save_days mail 10 10
  save_days web 11 13
  [ $# -gt 0 ] || folder=$(bs-key -r source folder web)
  {
    echo "restrict $(cat all-key.pub)"
    authorize from-reader --read-only source
    authorize from-web "--read-only --host $folder" source
    authorize to-writer --append-only replica
    authorize to-reader --read-only replica
    authorize to-web "--append-only --host $folder" other
  } > authorized

  # To a server where this key may save, and nothing else.
  bs-init --like source "ssh://all$SSH_HOME/replica"
  copy source "$writer"
  copied sent 4
  alike source "$SSH_HOME/replica"
  unchanged source "$writer"

  # From a server where this key may read, and nothing else.
  cp -a source "$SSH_HOME/source"
  everything "$SSH_HOME/source" > before
  bs-init --like "$reader" local
  copy "$reader" local
  copied received 4
  alike source local
  unchanged "$reader" local

  # From one to the other.
  unchanged "$reader" "$writer"
  save_days web 14 14
  rm -rf "$SSH_HOME/source"
  cp -a source "$SSH_HOME/source"
  everything "$SSH_HOME/source" > before
  copy "$reader" "$writer"
  copied sent 1
  [ "$(sent)" -le 1800000 ] || fail "$(sent) bytes were sent for a saveset with 1.5 MB of its own"
  alike source "$SSH_HOME/replica"

  # A key that shows one host: that host is copied, and no other one is there.
  bs-init --like "$reader" web
  copy "ssh://from-web$SSH_HOME/source" web
  [ "$(count savesets)" -eq 4 ] || fail "$(cat summary)"
  [ "$(bs-ls -r web | cut -d @ -f 1 | sort -u)" = web ] || fail "copied: $(bs-ls -r web)"
  BACKSHIFT_REPOSITORY=$TMP/web expect_good --read-data
  refused 66 'there is no saveset of mail' bs-copy "ssh://from-web$SSH_HOME/source" web mail@latest
  everything "$SSH_HOME/source" > after
  expect_same before after

  # One that takes one host: others are refused, and none of them is there.
  bs-init --like source "ssh://all$SSH_HOME/other"
  copy "$reader" "ssh://to-web$SSH_HOME/other" web@latest
  refused 77 'this client may not see that host' bs-copy "$reader" "ssh://to-web$SSH_HOME/other" mail@latest
  refused 77 'this client may not see that host' bs-copy "$reader" "ssh://to-web$SSH_HOME/other"
  bs-ls -r "$SSH_HOME/other" > listed
  [ "$(cut -d @ -f 1 listed | sort -u)" = web ] || fail "copied: $(cat listed)"
  bs-ls -r source --host web | cut -d ' ' -f 1 > names
  bs-copy "$reader" "ssh://to-web$SSH_HOME/other" - < names > out 2> said || fail "status $?: $(cat said)"
  [ "$(bs-ls -r "$SSH_HOME/other" | wc -l)" -eq 4 ] || fail "copied: $(bs-ls -r "$SSH_HOME/other")"
  BACKSHIFT_REPOSITORY=$SSH_HOME/other expect_good --read-data

  # One with which nothing may be written: it is said, and nothing was.
  save_days web 15 22
  everything "$SSH_HOME/replica" > before
  refused 77 'this client may only read' bs-copy source "ssh://to-reader$SSH_HOME/replica"
  everything "$SSH_HOME/replica" > after
  expect_same before after

  # A connection is cut in the middle. What was copied until then is not sent again, and is the same file still.
  rm -rf "$SSH_HOME/source"
  cp -a source "$SSH_HOME/source"
  packs_in "$SSH_HOME/replica" > before
  BACKSHIFT_LIMIT_RATE=1MB bs-copy "$reader" "$writer" > out 2> said & copier=$!
  for ((i = 0; i < 600; i++)); do
    packs_in "$SSH_HOME/replica" > cut
    [ "$(comm -13 before cut | bytes_of)" -lt 4000000 ] || break
    sleep 0.1
  done
  pgrep -f "^$BIN/bs-serve .* $SSH_HOME/$killed\$" > pids || fail "there is no server of $killed"
  xargs kill -KILL < pids
  i=0
  wait $copier || i=$?
  [ $i -eq 74 ] || fail "status $i: $(cat said)"
  [ "$(grep -vc ': hint: ' said)" -eq 1 ] && grep -q 'the connection to the server was cut' said || fail "said: $(cat said)"
  packs_in "$SSH_HOME/replica" > cut
  [ "$(comm -13 before cut | bytes_of)" -ge 4000000 ] || fail "nothing was copied before: this tests nothing"
  [ "$(bs-ls -r "$SSH_HOME/replica" | wc -l)" -eq 5 ] || fail "a saveset was published without its packs: $(bs-ls -r "$SSH_HOME/replica")"
  copy "$reader" "$writer"
  packs_in "$SSH_HOME/replica" > after
  [ -z "$(comm -23 cut after)" ] || fail "written again: $(comm -23 cut after)"
  rest=$(comm -13 cut after | bytes_of)
  [ "$rest" -ge 2000000 ] || fail "nothing was left to copy: this tests nothing"
  [ "$(count savesets)" -eq 8 ] && [ "$(count pack_bytes)" -eq "$rest" ] || fail "$rest bytes were left: $(cat summary)"
  [ "$(sent)" -ge "$rest" ] && [ "$(sent)" -le $((rest + 200000)) ] || fail "$(sent) bytes were sent, and $rest were left"
  alike source "$SSH_HOME/replica"
  unchanged "$reader" "$writer"
  BACKSHIFT_REPOSITORY=$SSH_HOME/replica expect_good --read-data
  BACKSHIFT_REPOSITORY=$SSH_HOME/replica expect_saved web@20260122 tree
}
round replica --plain
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase
round source
