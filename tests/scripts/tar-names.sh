# bs-tar changes names as GNU tar does: --transform and --strip-components against tar's own over the same archive, name by name; --prefix, --exclude and
# --files-from by what must come out; and hard links stay whole whatever is left out.
# only: bin
. "${0%/*}/lib.sh"
need tar python3
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

mkdir -p tree/usr/lib/x tree/usr/share/doc tree/etc tree/aaa
(
  cd tree
  echo one > usr/lib/one.so.1
  ln usr/lib/one.so.1 usr/share/one
  ln usr/lib/one.so.1 aaa/one
  ln -s ../lib/one.so.1 usr/share/sym
  ln -s /etc/conf usr/share/absolute
  echo conf > etc/conf
  echo Mixed > 'usr/share/doc/READ ME.Txt'
  touch 'etc/a+b(c)[d]{e}.*' 'etc/new
line' etc/aaa etc/baaac
  "$PYTHON" -c 'import os
for name in (b"b\xff\xfey", b"caf\xc3\xa9-\xc3\x89", b"\x80"): open(b"usr/lib/x/" + name, "w").write("x")'
)
(cd tree && save h . > "$TMP/name")
bs-tar h@latest > plain.tar

listing() { LC_ALL=C tar --list -v --full-time --numeric-owner --quoting-style=escape -f - "$@"; }

# As tar: the expression, the same for tar.
alike() {
  bs-tar h@latest "$@" | listing > ours
  # The top, which tar has as new/./
  listing --show-transformed-names "$@" < plain.tar 2> /dev/null | sed 's,/\./$,/,' > theirs
  [ -s ours ] || fail "nothing came of $*"
  cmp -s ours theirs || { diff theirs ours >&2 || true; fail "not as tar has it: $*"; }
}
alike --transform 's/usr/USR/'
alike --transform 's,^,new/,'
alike --transform 's,\([a-z]*\)/\([a-z]*\),\2/\1,'
alike --transform 's,(lib|share)/,_,gx'
alike --transform 's,(o)n|(e),[\1\2],gx'
alike --transform 's,[[:upper:]],<&>,g'
alike --transform 's,[^[:alnum:]/.],_,g'
alike --transform 's,READ,\L&,i;s,txt$,\U&,i'
alike --transform 's,\(.*\)/\(.\)\(.*\),\1/\u\2\U\3\E!,'
alike --transform 's|a\{2,3\}|<&>|' --transform 's,a\+,=,'
alike --transform 's,a{2},<&>,xg'
alike --transform 's,\.so\.[0-9]*$,.dll,S'
alike --transform 's,one,two,H'
alike --transform 's,one,two,Rh'
alike --transform 'flags=s;s,lib,LIB,;flags=rh;s,lib,bil,'
alike --transform 's,conf,\&\\conf,'
alike --transform 's|[]*+(){}[]|-|g'
alike --transform 's/\(a\)\1/<&>/;s/(c)/\1\1/x;s/\<a/A/;s/c\>/C/;s/\bs/S/g'
alike --transform 's/'$'\xff''./&&/'
alike --transform 's/\n/N/;s/line$/\tLINE/'
alike --xform 's/^usr$/system/;s/^usr\//system\//'

# What tar cannot do itself: replacing empty matches everywhere is sed's.
bs-tar h@latest etc/aaa etc/baaac --transform 's,^etc/,,;s/a*/x/g' | tar tf - > ours
printf '%s\n' aaa baaac | sed 's/a*/x/g' > theirs
expect_same theirs ours
bs-tar h@latest etc/baaac --transform 's,a,<&>,2g' | tar tf - > ours
echo etc/baaac | sed 's,a,<&>,2g' > theirs
expect_same theirs ours

# Components: as tar extracts, directories that come to nothing left out. Without aaa, whose file would take all its links with it in tar.
bs-tar h@latest --exclude /aaa > short.tar
for n in 1 2 3; do
  rm -rf tar ours-1; mkdir tar ours-1
  tar xf short.tar -C tar --strip-components $n 2> said || true
  bs-tar h@latest --exclude /aaa --strip-components $n | tar xf - -C ours-1
  # The top itself: tar gives it the times of whatever came to nothing.
  touch -d @0 tar ours-1; chmod 755 tar ours-1
  same_tree tar ours-1
done
rm -rf ours-1; mkdir ours-1
bs-tar h@latest --prefix a/b/ | tar xf - -C ours-1
same_tree tree ours-1/a/b
[ "$(bs-tar h@latest usr/lib --transform 's,lib,L,' --strip-components 1 --prefix p | tar tf - | head -n 2 | tr '\n' ' ')" = "p/L/ p/L/one.so.1 " ] ||
  fail "the order of changes"

# Names that cannot be: upwards is refused, absolute is made relative, empty is left out.
expect_status 3 bs-tar h@latest etc/conf --transform 's,^etc,..,' > refused.tar 2> said
grep -q 'etc/conf: would become ../conf, which contains the component \.\.' said || fail "$(cat said)"
[ -z "$(tar tf refused.tar)" ] || fail "it was written all the same"
[ "$(bs-tar h@latest etc/conf --transform 's,^,//,' | tar tf -)" = etc/conf ] || fail "not relative"
[ -z "$(bs-tar h@latest etc/conf --transform 's/.*//' | tar tf -)" ] || fail "an entry without a name"
for wrong in 'y,a,b,' 's,a,b' 's,a,b,q' 's,\(a,b,' 's,a,\1,' 's,*,b,x' 's,a{2,b,x' 's,[a,b,' 's,\1\(a\),b,' 'flags=q' ''; do
  expect_status 64 bs-tar h@latest --transform "$wrong" > empty 2> said
  expect_empty empty
done
expect_status 64 bs-tar h@latest --prefix ../x > empty 2> said
expect_status 64 bs-tar h@latest --strip-components x > empty 2> said

# Left out, as bs-walk has it; the first name that remains has the content, and the others link to it.
bs-tar h@latest --exclude aaa/ --exclude '*.so.*' --exclude /usr/lib/x --exclude 'etc/**' > part.tar
tar tf part.tar > names
grep -qE '^etc/.|aaa|one\.so|lib/x' names && fail "not left out: $(cat names)"
rm -rf ours-1; mkdir ours-1; tar xf part.tar -C ours-1
[ "$(cat ours-1/usr/share/one)" = one ] || fail "the content went with the name"
rm -rf ours-1; mkdir ours-1
bs-tar h@latest --exclude /aaa | tar xf - -C ours-1
[ ours-1/usr/share/one -ef ours-1/usr/lib/one.so.1 ] || fail "no link any more"
# By stripping too: aaa/one goes, so usr/lib/one.so.1 is the first.
rm -rf ours-1; mkdir ours-1
bs-tar h@latest --strip-components 2 | tar xf - -C ours-1
[ ours-1/one -ef ours-1/one.so.1 ] && [ "$(cat ours-1/one)" = one ] || fail "no link any more"
[ "$(stat -c %h ours-1/one)" = 2 ] || fail "links"

# Lists.
printf 'etc/conf\nusr/lib\n' > list
bs-tar h@latest --files-from list > a.tar
bs-tar h@latest etc/conf usr/lib > b.tar
expect_same a.tar b.tar
printf 'etc/new\nline\0/etc/aaa\0' | bs-tar h@latest --files-from - -0 aaa > c.tar
[ "$(LC_ALL=C tar --quoting-style=escape -tf c.tar | tr '\n' ' ')" = 'aaa/ aaa/one etc/aaa etc/new\nline ' ] || fail "$(tar tf c.tar)"
[ -z "$(bs-tar h@latest -T /dev/null | tar tf -)" ] || fail "an empty list names everything"
expect_status 66 bs-tar h@latest -T <(echo gone; echo etc/conf) > d.tar 2> said
grep -q 'gone: is not in h@' said || fail "$(cat said)"
[ "$(tar tf d.tar)" = etc/conf ] || fail "the other path"
expect_status 64 bs-tar h@latest -0 2> said
# A list of everything: more paths than are looked up one by one.
(cd tree && find . -print0) | bs-tar h@latest -T - -0 > e.tar
expect_same plain.tar e.tar

# The same of a stream. What a link is a link of cannot be had back there once it has passed.
(cd tree && bs-walk etc usr | bs-chunk) > stream
bs-tar - --transform 's,^usr,U,' --exclude conf --prefix p < stream | tar tf - > names
grep -q '^p/U/lib/one.so.1$' names && grep -q '^p/U/share/one$' names || fail "$(cat names)"
grep -q conf names && fail "not left out"
expect_status 3 bs-tar - --exclude 'one.so*' < stream 2> said > part.tar
grep -q 'usr/share/one: is a link to usr/lib/one.so.1, which is not to be in the archive' said || fail "$(cat said)"
expect_status 64 bs-tar - -T - < stream > empty 2> said
