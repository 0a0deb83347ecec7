# What a server writes down: who did what, what was refused, and that nothing is done which it could not write down; what limits its rate; and quotas.
# only: bin
# takes: 12
. "${0%/*}/lib.sh"
bs-init --plain repository
mkdir tree
seq 20000 > tree/numbers
served() {
  printf 'exec:%s %s %s' "$BIN/bs-serve" "$*" "$TMP/repository"
}

# A save: packs, a run, a saveset and its intents, each with its length; a client that is called as it is told, or by its hosts.
bs-save -r "$(served --log log --as web1)" --host web tree > name 2> said || fail "status $?: $(cat said)"
name=$(cat name)
[ "$(stat -c %a log)" = 600 ] || fail "the log is not for its owner alone"
grep -Eq '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z [0-9]+ web1 begin [^ ]+ open$' log || fail "no client began: $(cat log)"
while read -r _ _ who what path more; do
  [ "$who" = web1 ] || fail "a line is about $who"
  case $what in
    put) case $path in intents/*) ;; *) [ "$(stat -c %s "repository/$path")" = "$more" ] || fail "$path: $more bytes" ;; esac ;;
    delete) [ ! -e "repository/$path" ] || fail "$path: is there" ;;
    begin | end) ;;
    *) fail "the log has: $what $path" ;;
  esac
done < log
(cd repository && find packs index savesets -type f) | sort > there
awk '$4 == "put" && $5 !~ "^intents/" { print $5 }' log | sort > put
expect_same there put
[ "$(grep -c ' begin ' log)" = "$(grep -c ' end ' log)" ] || fail "not as many ended as began: $(cat log)"

# What a client may not do stands there too.
expect_status 77 bs-save -r "$(served --log refused --read-only)" --host web tree > out.text 2> said
grep -Eq '^[^ ]+ [0-9]+ - refuse intents/[^ ]+ hold$|^[^ ]+ [0-9]+ - refuse - prepare$' refused || fail "nothing was refused: $(cat refused)"
bs-tar -r "$(served --log read --host web)" "$name" | tar tf - > listed
grep -Eq '^[^ ]+ [0-9]+ web end [^ ]+ [1-9][0-9]+$' read || fail "nothing was read: $(cat read)"
grep -Eq ' (put|delete|refuse) ' read && fail "a reader has changed something: $(cat read)"

# Where the log cannot be written nothing begins; where it is full nothing goes on.
expect_status 74 bs-ls -r "$(served --log /dev/full)" > out.text 2> said
grep -q 'the log of the server cannot be written: No space left on device' said || fail "said: $(cat said)"
expect_status 74 bs-ls -r "$(served --log "$TMP/none/log")" > out.text 2> said
grep -q 'log of the server' said || fail "said: $(cat said)"
expect_status 64 bs-serve --log log --as 'a b' repository > out.text 2> said

# At 300 kB a second a save of 1.2 MB takes 4 seconds, whichever side says so, and comes out the same.
head -c 1200000 /dev/urandom > tree/noise
for how in server client; do
  start=$(date +%s%N)
  if [ $how = server ]; then
    bs-save -r "$(served --limit-rate 300kB)" --host $how tree > name 2> said || fail "status $?: $(cat said)"
  else
    head -c 1200000 /dev/urandom > tree/noise
    BACKSHIFT_LIMIT_RATE=300kB bs-save -r "$(served)" --host $how tree > name 2> said || fail "status $?: $(cat said)"
  fi
  took=$((($(date +%s%N) - start) / 1000000))
  [ "$took" -ge 3500 ] || fail "$how: it took $took ms"
  bs-cat -r repository "$(cat name)" tree/noise | cmp - tree/noise
done
expect_status 64 env BACKSHIFT_LIMIT_RATE=fast bs-ls -r "$(served)" > out.text 2> said
grep -q 'BACKSHIFT_LIMIT_RATE: is not a size' said || fail "said: $(cat said)"
expect_status 64 bs-serve --limit-rate 1 repository > out.text 2> said

# A quota: what is beyond is refused and the rest stays; what is gone makes room; where the account cannot be written nothing is published.
bs-init --plain small
quota() { printf 'exec:%s --append-only --quota 1500kB --account %s/account %s/small' "$BIN/bs-serve" "$TMP" "$TMP"; }
mkdir part
head -c 600000 /dev/urandom > part/first
first=$(bs-save -r "$(quota)" --host web part)
[ "$(stat -c %a account)" = 600 ] || fail "the account is not for its owner alone"
while read -r length path; do
  case $path in intents/*) ;; *) [ "$(stat -c %s "small/$path")" = "$length" ] || fail "the account has: $length $path" ;; esac
done < account
(cd small && find packs index savesets -type f) | sort > there
awk '$2 !~ "^intents/" { print $2 }' account | sort > entered
expect_same there entered
rm part/first
head -c 1200000 /dev/urandom > part/second
expect_status 77 bs-save -r "$(quota)" --host web part > name 2> said
grep -q 'the quota of this client is used up: it has [0-9]* of 1500000 bytes' said || fail "said: $(cat said)"
[ ! -s name ] || fail "a saveset was named: $(cat name)"
[ "$(du -s --apparent-size -B 1 small/packs small/tmp | awk '{ n += $1 } END { print n }')" -lt 1600000 ] || fail "more than the quota lies there"
expect_good small
[ "$(bs-ls -r small | wc -l)" -eq 1 ] || fail "the savesets: $(bs-ls -r small)"
bs-expire -r small --last "$first"
bs-collect -r small --everything > collected
second=$(bs-save -r "$(quota)" --host web part) || fail "after a collection: status $?"
bs-cat -r small "$second" part/second | cmp - part/second
expect_status 64 bs-serve --quota 1G small > out.text 2> said
expect_status 64 bs-serve --account account small > out.text 2> said
if strace -o none -e inject=write:error=ENOSPC:when=100 true 2> none; then
  : > account
  head -c 1000 /dev/urandom > part/third
  served=$(quota)
  location="exec:strace -f -o $TMP/none -P $TMP/account -e trace=write -e inject=write:error=ENOSPC ${served#exec:}"
  find small -type f ! -path '*/intents/*' | sort > before
  expect_status 74 bs-save -r "$location" --host web part > name 2> said
  grep -q "account of the client's quota cannot be written: No space left on device" said || fail "said: $(cat said)"
  find small -type f ! -path '*/intents/*' | sort > after
  expect_same before after
fi
expect_good repository
