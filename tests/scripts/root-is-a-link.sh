# A root that is a symbolic link is saved as the link, and that is said, with the name of what it points to; a link below a root is nothing to be said.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p real/data place
echo x > real/data/f
ln -s ../real/data place/link
ln -s "$TMP/real/data" absolute
ln -s nowhere dangling
ln -s f real/data/inner
for root in place/link place/link/; do
  bs-save --host h "$root" > name 2> said
  grep -qx "bs-walk: root $root: is a symbolic link and is saved as one; its target is not saved" said || { cat said; fail "not said of $root"; }
  grep -qx "bs-walk: hint: to save the target, give place/../real/data" said || { cat said; fail "no hint for $root"; }
  [ "$(bs-ls "$(cat name)")" = "place/link -> ../real/data" ] || [ "$(bs-ls "$(cat name)")" = "place/link" ] || fail "$(bs-ls "$(cat name)")"
done
bs-walk absolute > stream 2> said
grep -qx "bs-walk: hint: to save the target, give $TMP/real/data" said || { cat said; fail "no hint for an absolute one"; }
bs-walk dangling real > stream 2> said
[ "$(wc -l < said)" -eq 2 ] || { cat said; fail "something else is said too"; }
find place absolute -print0 | bs-walk > stream 2> said
expect_empty said
