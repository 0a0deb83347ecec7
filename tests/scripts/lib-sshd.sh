# shellcheck shell=bash
# A real ssh server on loopback, for a script that has sourced lib.sh: keys, what each of them may do, and the server.
#     keys all append
#     { echo "restrict $(cat all-key.pub)"; authorize append --append-only; } > authorized
#     start_sshd
#     as append bs-save -r "$SSH_REPOSITORY" tree

PATH=$PATH:/usr/sbin
need ssh sshd ssh-keygen setpriv
SSH_HOME=$TMP/server
mkdir "$SSH_HOME"

# keys NAME…: NAME-key and NAME-key.pub for each.
keys() {
  local who
  for who; do
    ssh-keygen -q -t ed25519 -N '' -f "$who-key" -C "$who"
  done
}

# authorize NAME 'OPTION…' [REPOSITORY]: the line of authorized_keys by which that key can do nothing but start bs-serve with these options.
authorize() {
  echo "restrict,command=\"$BIN/bs-serve $2 $SSH_HOME/${3:-repository}\" $(cat "$1-key.pub")"
}

# as NAME COMMAND…: the command reaches the server with that key. What ssh is run by, if anything, is in SSH_THROUGH.
as() {
  local key=$1
  shift
  BACKSHIFT_RSH="${SSH_THROUGH:-} ssh -F none -i $TMP/$key-key -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile=$TMP/known -o LogLevel=ERROR" "$@"
}

# ssh_config NAME…: lines of ssh_config(5) by which each NAME is the server, with the key of that name.
ssh_config() {
  local who
  for who; do
    printf 'Host %s\n  HostName 127.0.0.1\n  Port %s\n  User %s\n  IdentityFile %s/%s-key\n' "$who" "$SSH_PORT" "$SSH_USER" "$TMP" "$who"
    printf '  IdentitiesOnly yes\n  BatchMode yes\n  UserKnownHostsFile %s/known\n  LogLevel ERROR\n' "$TMP"
  done
}

# Has the server take the keys in `authorized`, of which `all` may do everything. Sets SSH_REPOSITORY, SSH_PORT, SSH_USER and SSH_LOG. It is that of the test
# run, which tests/run-scripts has started, or one of this script alone.
start_sshd() {
  if [ -z "${SSHD:-}" ]; then
    SSHD=$TMP/sshd
    mkdir "$SSHD"
    "$ROOT/tests/sshd-up" "$SSHD" &
    at_exit kill $!
  fi
  for _ in $(seq 100); do
    [ ! -s "$SSHD/port" ] || break
    sleep 0.1
  done
  SSH_PORT=$(cat "$SSHD/port") SSH_LOG=$SSHD/sshd.log SSH_USER=$(id -un)
  ln -s "$TMP/authorized" "$SSHD/keys/$BASHPID"
  at_exit rm "$SSHD/keys/$BASHPID"
  echo "[127.0.0.1]:$SSH_PORT $(cat "$SSHD/known")" > known
  SSH_REPOSITORY=ssh://$SSH_USER@127.0.0.1:$SSH_PORT$SSH_HOME/repository
  for _ in $(seq 50); do
    ! as all bs-ls -r "$SSH_REPOSITORY" > said 2>&1 || fail "there is no repository yet"
    ! grep -q 'there is no repository' said || break
    sleep 0.1
  done
  grep -q "$SSH_REPOSITORY: there is no repository" said || fail "said: $(cat said "$SSH_LOG")"
}

# count_crossing: sets CROSSING, a command that runs another one and counts the bytes of its input and output, for `sent` and `received`.
count_crossing() {
  mkdir "$TMP/crossed"
  export CROSSING="$PYTHON $ROOT/tests/scripts/crossing.py $TMP/crossed"
}

# sent, received: how many bytes have crossed in all connections since `cross_afresh`.
sent() { _crossed sent; }
received() { _crossed received; }
cross_afresh() { rm -rf "$TMP"/crossed/*; }
_crossed() {
  local i
  for ((i = 0; i < 100; i++)); do
    [ -n "$(find "$TMP/crossed" -name '*.open')" ] || break
    sleep 0.1
  done
  find "$TMP/crossed" -name "*.$1" -exec cat {} + | awk '{ n += $1 } END { print n + 0 }'
}
