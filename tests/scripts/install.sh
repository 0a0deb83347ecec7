# What `make install` puts below a prefix works from there, and `make uninstall` takes away all of it and nothing else.
# only: bin
. "${0%/*}/lib.sh"
need make

mkdir -p dest/opt/bin dest/opt/share/man/man1
echo theirs > dest/opt/bin/bs-other
make -s -C "$ROOT" install "DESTDIR=$TMP/dest" PREFIX=/opt

"$ROOT/build/programs" own > own
while read -r program; do
  image=backshift
  if grep -qxF "$program" own; then
    image=$program
  fi
  # By a path, by the PATH, and by a link to the link: the name that counts is the one that was typed.
  [ "$(readlink "dest/opt/bin/$program")" = "../lib/backshift/$image" ] || fail "$program is not a relative link"
  (cd / && PATH="$TMP/dest/opt/bin:$PATH" "$program" --help) > help
  grep -qF "$program" help || fail "$program --help does not name it"
  "dest/opt/bin/$program" --version > version
  [ "$(wc -l < version)" -eq 1 ] || fail "$program --version is not one line"
  expect_same "$ROOT/man/$program.1" "dest/opt/share/man/man1/$program.1"
  bash -n "dest/opt/share/bash-completion/completions/$program"
  grep -qF -- "'--help[" "dest/opt/share/zsh/site-functions/_$program" || fail "no --help in the zsh completion of $program"
  grep -qF -- "-l help " "dest/opt/share/fish/vendor_completions.d/$program.fish" || fail "no --help in the fish completion of $program"
done < <("$ROOT/build/programs")
# The directory of the programs is all that a rescue system needs of them; the program that needs none of them lies where the page says.
cp -a dest/opt/lib/backshift copy
mv dest/opt away
copy/bs-ls --version > version
mv away dest/opt
[ "$(wc -l < version)" -eq 1 ] || fail "the directory of the programs does not work by itself"
if "$PYTHON" -c 'import msgpack, zstandard' 2> /dev/null; then
  dest/opt/share/doc/backshift/examples/restore.py --help > help
fi
grep -qF share/doc/backshift/examples/restore.py "$ROOT/man/backshift-repository.5" || fail "backshift-repository(5) does not say where restore.py is"
[ -f dest/opt/share/man/man7/backshift.7 ] || fail "backshift(7) was not installed"

# It may be moved as a whole.
dest/opt/bin/bs-ls --version > version
mv dest/opt moved
moved/bin/bs-ls --version | expect_same version -
mv moved dest/opt

make -s -C "$ROOT" uninstall "DESTDIR=$TMP/dest" PREFIX=/opt
find dest ! -type d > left
echo dest/opt/bin/bs-other | expect_same left -
