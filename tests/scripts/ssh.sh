# Repositories on another machine by ssh: a real server on loopback, keys with forced commands, and what each of them may do.
# only: bin
# takes: 25
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sshd.sh"
keys all append read expire collect web pair
{
  echo "restrict $(cat all-key.pub)"
  authorize append --append-only
  authorize read --read-only
  authorize expire --expire
  authorize collect --collect
  authorize web '--append-only --host web'
  authorize pair '--append-only --host web --host mail'
} > authorized
start_sshd
repository=$SSH_REPOSITORY home=$SSH_HOME port=$SSH_PORT user=$SSH_USER

mkdir -p tree/sub
seq 50000 > tree/numbers
head -c 3000000 /dev/urandom > tree/sub/noise
as append bs-init --plain "$repository" 2> said && fail "a client that may only save has made a repository"
grep -q 'may not make a repository' said || fail "said: $(cat said)"
as all bs-init --plain "$repository"
expect_status 73 as all bs-init --plain "$repository" 2> said
grep -q 'there is already a repository' said || fail "said: $(cat said)"

# The three lines, and bs-save, with everything that is read. What was changed a moment before a save is read again by the next one.
sleep 2.1
find tree -print0 | bs-walk | as all bs-chunk -r "$repository" | as all bs-store "$repository" > first
as all bs-save -v -r "$repository" tree > second 2> said
grep -q '2 files, 2 of them unchanged' said || fail "said: $(cat said)"
as all bs-tar -r "$repository" "$(cat second)" | tar df -
as all bs-check -r "$repository" --read-data > checked
grep -q 'no damage' checked || fail "$(cat checked)"
mkdir out
as all bs-restore -r "$repository" -C out "$(cat first)"
diff -r tree out/tree
bs-check -r "$home/repository" --read-data > checked || fail "$(cat checked)"
[ -z "$(ls "$home/repository/intents")" ] || fail "intents are left: $(ls "$home/repository/intents")"
# As scp(1) writes it: relative to the home directory, which is that of the user and not $HOME.
expect_text "127.0.0.1:nowhere/at/all: there is no repository" \
  env BACKSHIFT_RSH="ssh -F none -p $port -i $TMP/all-key -o BatchMode=yes -o UserKnownHostsFile=$TMP/known" bs-ls -r "$user@127.0.0.1:nowhere/at/all"
expect_status 64 bs-ls -r ssh://-oProxyCommand=touch@x/y 2> said
expect_status 64 bs-ls -r -oProxyCommand=x:y 2> said

# To save, and nothing else: what is there stays, whatever the client asks for.
digest() {
  find "$home/repository" -type f ! -path '*/intents/*' ! -path '*/tmp/*' -exec sha256sum {} + | sort -k 2
}
may() {
  local key=$1
  shift
  as "$key" "$@" > out.text 2> said || fail "$key may not: $*: $(cat said)"
}
may_not() {
  local key=$1 status=0
  shift
  digest > before
  as "$key" "$@" > out.text 2> said || status=$?
  [ $status -ne 0 ] && [ $status -ne 70 ] || fail "$key: status $status: $*: $(cat said)"
  grep -q 'this client may' said || fail "$key: $*: said: $(cat said)"
  digest > after
  ! diff before after | grep -q '^<' || fail "$key has changed or deleted something: $*: $(diff before after)"
}
echo more >> tree/numbers
may append bs-save -r "$repository" --host append tree
name=$(cat out.text)
may append bs-tar -r "$repository" "$name"
may append bs-check -r "$repository"
may_not append bs-expire -r "$repository" --last "$name"
may_not append bs-tag -r "$repository" "$name" --hold
may_not append bs-collect -r "$repository" --max-unused 0%
may_not append bs-rename -r "$repository" append other
may read bs-ls -r "$repository"
may read bs-tar -r "$repository" "$name"
may_not read bs-save -r "$repository" --host read tree
may_not read bs-expire -r "$repository" --last "$name"
may expire bs-expire -r "$repository" "$(cat first)"
may_not expire bs-collect -r "$repository" --max-unused 0%
may expire bs-expire -r "$repository" --undo "$(cat first)"
may expire bs-expire -r "$repository" "$(cat first)"
may_not collect bs-expire -r "$repository" --last "$name"
may collect bs-collect -r "$repository" --max-unused 0%
may_not collect bs-save -r "$repository" --host collect tree

# One host: it sees its own savesets, and makes no others.
may web bs-save -r "$repository" --host web tree
[ "$(as web bs-ls -r "$repository" | cut -d @ -f 1 | sort -u)" = web ] || fail "web sees: $(as web bs-ls -r "$repository")"
expect_status 66 as web bs-tar -r "$repository" "$name" > out.text 2> said
may_not web bs-save -r "$repository" --host append tree
# Or several.
may pair bs-save -r "$repository" --host mail tree
[ "$(as pair bs-ls -r "$repository" | cut -d @ -f 1 | sort -u)" = "mail
web" ] || fail "pair sees: $(as pair bs-ls -r "$repository")"
[ "$(as web bs-ls -r "$repository" | cut -d @ -f 1 | sort -u)" = web ] || fail "web sees: $(as web bs-ls -r "$repository")"
may_not pair bs-save -r "$repository" --host append tree
bs-check -r "$home/repository" --read-data > checked || fail "$(cat checked)"
bs-tar -r "$home/repository" "$name" | tar df -

# The connection is cut in the middle: it is said, and the next save goes on from what was published.
head -c 80000000 /dev/urandom > tree/large
touch begun
added() { find "$home/repository/packs" -type f -newer begun -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }'; }
BACKSHIFT_LIMIT_RATE=20MB as all bs-save -r "$repository" --host cut tree > cut.out 2> cut.said &
saver=$!
for _ in $(seq 400); do
  [ "$(added)" -lt 20000000 ] || break
  sleep 0.05
done
pkill -KILL -f "bs-serve '?$home/repository" || fail "there is no server"
status=0
wait $saver || status=$?
[ $status -eq 74 ] || fail "status $status: $(cat cut.said)"
[ ! -s cut.out ] || fail "a saveset was named: $(cat cut.out)"
grep -q 'the connection to the server was cut' cut.said || fail "said: $(cat cut.said)"
published=$(added)
[ "$published" -gt 20000000 ] || fail "only $published bytes were published before: this tests nothing"
as all bs-save -v -r "$repository" --host cut tree > again 2> said
[ $(($(added) - published)) -lt $((82000000 - published)) ] || fail "$published bytes were published before, and $(($(added) - published)) after"
bs-collect -r "$home/repository" > seen
as all bs-tar -r "$repository" "$(cat again)" | tar df -
bs-check -r "$home/repository" --read-data > checked || fail "$(cat checked)"

# Many at once.
for i in $(seq 6); do
  mkdir "tree$i"
  cp tree/numbers "tree$i/"
  head -c 2000000 /dev/urandom > "tree$i/own"
  as append bs-save -r "$repository" --host "many$i" "tree$i" > "many$i" 2> "many$i.said" &
  savers[i]=$!
done
bs-collect -r "$home/repository" --max-unused 0% > seen
as all bs-ls -r "$repository" > seen
for i in $(seq 6); do
  wait "${savers[i]}" || fail "saver $i: $(cat "many$i.said")"
  as read bs-tar -r "$repository" "$(cat "many$i")" | tar df -
done
bs-check -r "$home/repository" --read-data > checked || fail "$(cat checked)"
