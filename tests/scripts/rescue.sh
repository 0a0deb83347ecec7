# A rescue system has the directory of the programs, what ldd(1) shows of them, and nothing else: no libssl, no /proc, no /etc. Everything lists, restores,
# checks and saves there, also when libzstd is missing; and what is missing ends no program by a signal.
# only: bin
. "${0%/*}/lib.sh"
need ldd chroot
[ ! -e "$BIN/backshift.dll" ] || skip "no machine code"
if [ "$(id -u)" -eq 0 ]; then enter=(chroot); else enter=(unshare -r chroot); fi
"${enter[@]}" / true 2> /dev/null || skip "may not chroot"
[ -e "$(gcc -print-file-name=libcrypto.a 2> /dev/null)" ] || skip "no libcrypto.a to link"

export BACKSHIFT_REPOSITORY=$TMP/root/repository
mkdir -p root/bs root/dev root/tmp root/new tree
seq 100000 > tree/numbers
seq 50000 > tree/more
ln tree/more tree/again
cp -a "$BIN/." root/bs/
rm -f root/bs/.built
while read -r library; do
  case $library in *ssl* | *crypto*) fail "the image needs $library" ;; esac
  mkdir -p "root${library%/*}"
  cp -L "$library" "root$library"
done < <(ldd "$BIN/backshift" | grep -o '/[^ ]*')

bs-init --plain
name=$(save box tree)
# Deltas, too: they are read in another way.
sed -i 's/777/888/' tree/numbers
second=$(cd tree && bs-walk . | bs-since --host box | bs-chunk | bs-store --host box)

# rescue PROGRAM ARGUMENT…: what the rescue system runs.
rescue() {
  BACKSHIFT_REPOSITORY=/repository "${enter[@]}" root "/bs/$1" "${@:2}"
}
for run in "with libzstd" "without libzstd"; do
  rescue bs-ls > list
  [ "$(wc -l < list)" -ge 2 ] || fail "$run: not two savesets: $(cat list)"
  rescue bs-ls -l "$second" > list
  rescue bs-cat "$second" numbers | expect_same tree/numbers -
  [ "$(rescue bs-cat "$name" numbers | sha256sum)" = "$(seq 100000 | sha256sum)" ] || fail "$run: the first saveset is not what it was"
  rescue bs-tar "$second" > archive
  tar --diff -f archive -C tree
  rm -rf root/new/restored
  mkdir root/new/restored
  rescue bs-restore "$second" -C /new/restored
  same_tree tree root/new/restored
  rescue bs-check --read-data > list
  rescue bs-read "$second" | bs-ls - > list
  # A save there is one that is read here. The roots are those of the rescue system.
  rm -rf root/new/tree
  cp -a tree root/new/
  rescue bs-walk new > walked
  rescue bs-since --host rescue < walked > since
  rescue bs-chunk < since > chunked
  saved=$(rescue bs-store --host rescue < chunked)
  bs-cat "$saved" new/tree/numbers | expect_same tree/numbers -
  rm -f root/bs/libzstd.so
done
expect_good --read-data
