# The demonstration runs to its end, restores what it saved, and leaves nothing behind.
. "${0%/*}/lib.sh"

mkdir tree work
cp -a "$ROOT/lib" tree/lib
ln -s lib tree/link
TREE=$TMP/tree TMPDIR=$TMP/work sh "$ROOT/examples/demo.sh" > output 2>&1 || { cat output; fail "the demonstration ended early"; }
grep -qxF "\$ bs-tar demo@latest | tar xpf - -C restored" output || fail "it does not show its commands"
grep -q '^# Done' output || fail "it does not say that it is done"
[ -z "$(ls -A work)" ] || fail "it left something behind"
