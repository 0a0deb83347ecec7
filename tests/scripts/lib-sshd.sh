# shellcheck shell=bash
# A real ssh server on loopback, for a script that has sourced lib.sh: keys, what each of them may do, and the server, which ends with the script.
#     keys all append
#     { echo "restrict $(cat all-key.pub)"; authorize append --append-only; } > authorized
#     start_sshd
#     as append bs-save -r "$SSH_REPOSITORY" tree

PATH=$PATH:/usr/sbin
need ssh sshd ssh-keygen
SSH_HOME=$TMP/server
mkdir "$SSH_HOME"

# keys NAME…: NAME-key and NAME-key.pub for each.
keys() {
  local who
  for who; do
    ssh-keygen -q -t ed25519 -N '' -f "$who-key" -C "$who"
  done
}

# authorize NAME 'OPTION…': the line of authorized_keys by which that key can do nothing but start bs-serve with these options.
authorize() {
  echo "restrict,command=\"$BIN/bs-serve $2 $SSH_HOME/repository\" $(cat "$1-key.pub")"
}

# as NAME COMMAND…: the command reaches the server with that key.
as() {
  local key=$1
  shift
  BACKSHIFT_RSH="ssh -F none -i $TMP/$key-key -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile=$TMP/known -o LogLevel=ERROR" "$@"
}

# Starts the server with the keys in `authorized`, of which `all` may do everything. Sets SSH_REPOSITORY, SSH_PORT and SSH_USER.
start_sshd() {
  local pam server
  ssh-keygen -q -t ed25519 -N '' -f host-key
  SSH_PORT=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  # With PAM an account that has no password is not taken for a locked one; only root can use it.
  [ "$(id -u)" -eq 0 ] && pam=yes || pam=no
  cat > sshd.conf << END
Port $SSH_PORT
ListenAddress 127.0.0.1
HostKey $TMP/host-key
AuthorizedKeysFile $TMP/authorized
PidFile none
StrictModes no
UsePAM $pam
MaxStartups 100
PasswordAuthentication no
SetEnv PATH=$BIN:/usr/bin:/bin HOME=$SSH_HOME
END
  [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
  "$(command -v sshd)" -D -e -f sshd.conf 2> sshd.log &
  server=$!
  at_exit kill $server
  SSH_USER=$(id -un)
  echo "[127.0.0.1]:$SSH_PORT $(cut -d ' ' -f 1,2 host-key.pub)" > known
  SSH_REPOSITORY=ssh://$SSH_USER@127.0.0.1:$SSH_PORT$SSH_HOME/repository
  for _ in $(seq 50); do
    ! as all bs-ls -r "$SSH_REPOSITORY" > said 2>&1 || fail "there is no repository yet"
    ! grep -q 'there is no repository' said || break
    sleep 0.1
  done
  grep -q "$SSH_REPOSITORY: there is no repository" said || fail "said: $(cat said sshd.log)"
}
