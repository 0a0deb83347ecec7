# The files that mark a repository or a cache count only if the directory's owner, root or the user who saves made them: where several users write to a
# directory, none of them keeps the files of the others out of root's save. His own directory he may leave out.
# only: bin
. "${0%/*}/lib.sh"
need_root
tag() { printf 'Signature: 8a477f597d28d172789f06886806bc55\n' > "$1/CACHEDIR.TAG"; }
mkdir shared own cache
for d in shared own cache; do echo x > $d/file; tag $d; printf 'BACKSHFT1' > $d/backshift; done
rm cache/backshift
chown 12345 own own/* shared/CACHEDIR.TAG shared/backshift cache/CACHEDIR.TAG
bs-walk --exclude-caches shared own cache 2> said | bs-ls - > listed
grep -qx shared/file listed || fail "a user has kept the files of root out"
grep -qx cache/file listed || fail "a user has kept the files of root out with a tag"
! grep -q '^own/' listed || fail "his own repository is saved"
grep -qx "bs-walk: own: a Backshift repository, left out" said || { cat said; fail "it is not said"; }
! grep -q shared said || { cat said; fail "it is said of the other"; }
# What root put there counts whatever the owner of the directory.
chown 12345 shared cache
chown 0 shared/* cache/*
bs-walk --exclude-caches shared cache 2> said | bs-ls - > listed
! grep -qx shared/file listed || fail "root's marker does not count"
! grep -qx cache/file listed || fail "root's tag does not count"
# A list goes by the same rule.
chown 0 shared cache
chown 12345 shared/* cache/CACHEDIR.TAG
find shared cache -print0 | bs-walk --exclude-caches 2> said | bs-ls - > listed
grep -qx shared/file listed && grep -qx cache/file listed || { cat listed; fail "a list goes by another rule"; }
