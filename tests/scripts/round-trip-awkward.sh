# A directory of awkward things comes back as it was: names of any bytes, paths of 4000, holes, links, devices, odd modes, owners and times.
# only: bin
. "${0%/*}/lib.sh"

# On tmpfs, where there is one: ext4 has no year 1900.
work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"
"$PYTHON" "$ROOT/tests/scripts/awkward-tree.py" tree 4095
export BACKSHIFT_REPOSITORY=$work/repository
bs-init --plain

# From find's list, in its order, and by bs-walk's own walk.
(cd tree && find . -print0 | bs-walk | bs-chunk | bs-store --host list > ../list)
(cd tree && bs-walk . | bs-chunk | bs-store --host walk > ../walk)
# From another directory, under another name.
bs-walk "$work/tree" | bs-chunk | bs-store --host absolute > absolute

for name in list walk; do
  mkdir "$name.restored"
  bs-tar "$(cat $name)" | tar xpf - --xattrs '--xattrs-include=*' --acls --warning=no-timestamp -C "$name.restored"
  [ $name = list ] || same_tree tree "$name.restored"
  bs-tar "$(cat $name)" > archive
  # To read 4 GiB of zeros takes longer than all the rest: once.
  exclude=
  [ $name = list ] || exclude=--exclude=contents/hole-huge
  tar --diff $exclude -f archive --warning=no-timestamp -C tree > differences 2>&1 || { cat differences; fail "tar --diff: status $?"; }
  expect_empty differences
  # Holes are holes again: 4 GB of them fit into little.
  [ "$(du -sm "$name.restored/contents" | cut -f 1)" -lt 32 ] || fail "the holes came back as zeros: $(du -sm "$name.restored/contents")"
  rm -rf "$name.restored"
done

# In no order at all.
(cd tree && find . -print0 | shuf -z --random-source="$ROOT/tools/packages.lock.json" | bs-walk | bs-chunk | bs-store --host shuffled > ../shuffled)
bs-tar "$(cat list)" > in-order
bs-tar "$(cat shuffled)" > from-shuffled
expect_same in-order from-shuffled

# From here on without the hole of 4 GiB.
rm tree/contents/hole-huge
touch -d @1.123456789 tree/contents
mkdir restored
bs-tar "$(cat absolute)" | tar xpf - --xattrs '--xattrs-include=*' --acls --warning=no-timestamp -C restored
rm "restored$work/tree/contents/hole-huge"
touch -d @1.123456789 "restored$work/tree/contents"
same_tree tree "restored$work/tree"

# Copied into another repository, it is still the same.
bs-init --plain other
bs-read "$(cat walk)" | bs-store other > copy
bs-check --read-data other > /dev/null
bs-tar -r other "$(cat copy)" > copied
bs-tar "$(cat walk)" > archive
expect_same archive copied

# Single files come out by bs-cat, whatever they are called.
bs-cat "$(cat walk)" "names/$(printf '\377\376')" > one
printf 'content of \377\376' | expect_same one -
bs-cat "$(cat walk)" "names/$(printf 'a\nb')" contents/random-3000000 > two
{ printf 'content of a\nb'; cat tree/contents/random-3000000; } | expect_same two -
# As NUL-ended names they are the list that find makes.
bs-ls -0 "$(cat list)" | sed -z 's:/$::' | sort -z > listed
touch tree/contents/hole-huge
(cd tree && find . -print0) | sed -z 's:^\./::' | sort -z > found
expect_same found listed
expect_good --read-data
