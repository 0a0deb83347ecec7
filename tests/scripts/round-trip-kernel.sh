# The source of Linux, 78,600 files, comes back as it was. Takes a minute or two: only with BACKSHIFT_LONG=1.
# only: bin
# timeout: 1800
. "${0%/*}/lib.sh"
[ -n "${BACKSHIFT_LONG:-}" ] || skip "BACKSHIFT_LONG is not set"
source=/usr/src/linux-source-6.1.tar.xz
[ -e $source ] || skip "linux-source-6.1 is not installed"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
tar xf $source
mv linux-source-6.1 tree
name=$(save kernel tree)
[ "$(bs-ls "$name" | wc -l)" -eq "$(find tree | wc -l)" ] || fail "$(bs-ls "$name" | wc -l) entries of $(find tree | wc -l)"
expect_saved "$name" tree
mkdir restored
bs-tar "$name" | tar xpf - -C restored
same_tree tree restored
expect_good --read-data
