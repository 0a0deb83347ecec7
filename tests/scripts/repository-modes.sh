# A repository is for its owner alone, whatever the umask; with bs-init --group for its group, whatever the umask of each who writes. The mode of the file
# `backshift` says which, and what it was changed to by hand is kept by later writers.
# only: bin
# takes: 30
. "${0%/*}/lib.sh"
mkdir tree
echo content > tree/file
(cd tree && bs-walk . | bs-chunk) > stream

# modes DIRECTORY: the modes of all directories and all files of it, once each.
modes() {
  echo "$(find "$1" -type d -printf '%m\n' | sort -u | paste -sd,) $(find "$1" -type f -printf '%m\n' | sort -u | paste -sd,)"
}
saves() {
  bs-store -r "$1" --host h < stream > /dev/null
  sleep 1
  bs-store -r "$1" --host h --subset s --publish-bytes 1 < stream > /dev/null
}
for mask in 0 022 077 0277; do
  (
    umask $mask
    bs-init --plain private-$mask
    saves private-$mask
    bs-init --plain --group group-$mask
    saves group-$mask
    bs-store --init --plain -r init-$mask --host h < stream > /dev/null
    [ $mask = 0277 ] || bs-save --init --plain -r save-$mask --host h "$TMP/tree" > /dev/null
  )
  [ "$(modes private-$mask)" = "700 600" ] || fail "umask $mask: $(modes private-$mask)"
  [ "$(modes group-$mask)" = "2770 660" ] || fail "umask $mask, --group: $(modes group-$mask)"
  [ "$(modes init-$mask)" = "700 600" ] || fail "umask $mask, bs-store --init: $(modes init-$mask)"
  [ $mask = 0277 ] || [ "$(modes save-$mask)" = "700 600" ] || fail "umask $mask, bs-save --init: $(modes save-$mask)"
done

# A directory that is there already becomes the repository's own.
mkdir -m 755 there
bs-init --plain there
[ "$(modes there)" = "700 600" ] || fail "$(modes there)"

# Later writers keep what the owner has made of it.
bs-init --plain wide
chmod -R a+rX wide
saves wide
[ "$(find wide -mindepth 1 -type d -printf '%m\n' | sort -u) $(find wide -type f -printf '%m\n' | sort -u)" = "755 644" ] || fail "$(modes wide)"

# Two users of one group, each with a umask that would keep the other out, write in turn and at once.
need_root
need setpriv
chmod 755 "$TMP"
chmod a+r stream
as() { setpriv --reuid "$1" --regid "$2" --groups "$2,3003" "${@:3}"; }
as 3001 3001 test -r "$BIN/bs-init" || skip "others may not run the programs here"
mkdir -m 2770 shared
chgrp 3003 shared
as 3001 3001 sh -c 'umask 077; bs-init --plain --group shared/r' || fail "bs-init --group by a member"
[ "$(stat -c %g shared/r)" -eq 3003 ] || fail "the group is not that of the directory above"
for round in 1 2; do
  for user in 3001 3002; do
    as $user $user sh -c "umask 077; bs-store -r shared/r --host h$user < stream" > /dev/null || fail "user $user may not write, round $round"
    sleep 1
  done
done
as 3001 3001 sh -c 'umask 077; bs-store -r shared/r --host a < stream' > /dev/null &
as 3002 3002 sh -c 'umask 077; bs-store -r shared/r --host b < stream' > /dev/null
wait $! || fail "two at once"
[ "$(modes shared/r)" = "2770 660" ] || fail "$(modes shared/r)"
[ "$(find shared/r -printf '%G\n' | sort -u)" = 3003 ] || fail "groups: $(find shared/r -printf '%G %p\n')"
as 3002 3002 bs-check -r shared/r > /dev/null
# What a killed writer of one left the other sweeps.
as 3001 3001 sh -c 'umask 077; : > shared/r/tmp/0123456789abcdef0123456789abcdef; touch -d "3 days ago" shared/r/tmp/0*'
chmod 660 shared/r/tmp/0*
as 3002 3002 bs-store -r shared/r --host c < stream > /dev/null
[ -z "$(ls shared/r/tmp)" ] || fail "not swept"
# In a sticky directory that may not be; the save goes on.
as 3001 3001 sh -c 'umask 077; : > shared/r/tmp/0123456789abcdef0123456789abcdef; touch -d "3 days ago" shared/r/tmp/0*'
chmod 660 shared/r/tmp/0*
chmod +t shared/r/tmp
sleep 1
as 3002 3002 bs-store -r shared/r --host c < stream > /dev/null 2> said || { cat said; fail "what may not be swept ends a save"; }
# Nobody else reads it.
bs-init --plain secret
saves secret
! setpriv --reuid 65534 --regid 65534 --clear-groups bs-ls -r secret > out 2>&1 || fail "anybody may read it"
