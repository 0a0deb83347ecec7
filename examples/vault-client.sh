#!/bin/sh
# vault-client.sh REPOSITORY HOST [QUOTA] < PUBLIC-KEY
#
# Writes the line of ~/.ssh/authorized_keys by which the machine that has the other half of a public key of ssh saves to a repository here: as HOST and no
# other, with nothing changed or deleted, all of it written down, and at most QUOTA (such as 200G) filled. See backshift-vault(7).
#
#     vault-client.sh /srv/backups web 200G < web.pub >> ~/.ssh/authorized_keys
set -eu
[ $# -eq 2 ] || [ $# -eq 3 ] || { echo "usage: vault-client.sh repository host [quota] < public-key" >&2; exit 64; }
for word; do
  case $word in
  '' | *[!A-Za-z0-9@%+=:,./_-]*)
    # It stands between quotation marks in a file that sshd reads, and is read by a shell.
    echo "vault-client.sh: '$word' has a character that could mean something to sshd or to the shell" >&2
    exit 64
    ;;
  esac
done
read -r type key comment || { echo "vault-client.sh: there is no public key on standard input" >&2; exit 66; }
case $type in
ssh-* | ecdsa-* | sk-*) ;;
*)
  echo "vault-client.sh: this is no public key of ssh: $type" >&2
  exit 65
  ;;
esac
state=${XDG_STATE_HOME:-$HOME/.local/state}/backshift-vault
(umask 077 && mkdir -p "$state")
command="bs-serve --append-only --host $2 --as $2 --log $state/log"
[ $# -eq 2 ] || command="$command --quota $3 --account $state/$2.account"
printf 'restrict,command="%s %s" %s %s %s\n' "$command" "$1" "$type" "$key" "$comment"
