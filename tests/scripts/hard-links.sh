# Hard links of every kind of entry come back as links, whichever name came first in the stream and whatever part is restored; the content stands under the
# first name in the order of a tree, and a file whose content stands under another name than the one that comes by is unchanged all the same.
# only: bin
. "${0%/*}/lib.sh"
need_root
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

mkdir -p tree/a tree/m tree/z
(
  cd tree
  head -c 100000 /dev/urandom > z/file
  ln -s nowhere z/symlink
  mkfifo z/fifo
  mknod z/null c 1 3 2> /dev/null || mkfifo z/null
  for name in file symlink fifo null; do ln -P z/$name a/$name; ln -P z/$name m/$name; done
  find . ! -newermt '2026-01-01' -o -exec touch -hd '2025-01-02 03:04:05' {} + 2> /dev/null
)
names() { printf '%s\n' . z z/file z/symlink z/fifo z/null m m/file m/symlink m/fifo m/null a a/file a/symlink a/fifo a/null; }
# What was changed a moment ago would be read again in any case.
sleep 3
(cd tree && names | bs-walk -l | bs-chunk | bs-store --host h) > /dev/null
expect_good --read-data

# As it is listed: the first name has the content.
bs-ls -l h@latest a m z > listing
[ "$(grep -c '^h' listing)" = 8 ] || fail "$(cat listing)"
[ "$(grep -cE '[mz]/(file|symlink|fifo|null) link to a/' listing)" = 8 ] || fail "$(cat listing)"

for part in '' a m z 'a z' 'm z'; do
  rm -rf out wanted
  mkdir out wanted
  # As cp has it: tar itself keeps links of files alone.
  (cd tree && cp -a ${part:-.} ../wanted)
  bs-tar h@latest $part 2> said | tar xf - -C out
  expect_empty said
  touch -d @0 out wanted
  same_tree wanted out
done

# bs-read makes links of them again, for part of them too.
bs-read h@latest m z | bs-store --host copy > /dev/null
bs-tar copy@latest | tar tvf - > listing
[ "$(grep -c 'link to m/' listing)" = 4 ] || fail "$(cat listing)"

# Unchanged: no name of the file is opened, although the content now stands under one that comes last.
need strace
(cd tree && names | bs-walk -l | bs-since --host h | strace -f -e trace=openat -o "$TMP/opened" bs-chunk | bs-store --host h) > /dev/null
[ -s opened ] || fail "strace saw nothing"
grep -E '"([amz]/)?file"' opened && fail "an unchanged file was opened"
bs-tar h@latest | tar tvf - | grep -c 'link to a/file' | grep -qx 2 || fail "links after the second save"
