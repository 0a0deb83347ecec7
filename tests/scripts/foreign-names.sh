# Files that other programs leave wherever they can write (Finder, Synology, NFS, Syncthing, Windows, fsck) lie anywhere in a repository without anybody
# minding: listing, restoring, checking and saving go on and say nothing, and the files stay.
# only: bin
. "${0%/*}/lib.sh"
mkdir tree
echo content > tree/file
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
first=$(save h tree)
save h tree --subset part > /dev/null
group=$(ls repository/packs | head -n 1)

put() {
  local place=$1 name=$2
  case $name in
  */) mkdir -p "repository/$place/$name" && echo x > "repository/$place/${name}inside" ;;
  *) echo x > "repository/$place/$name" ;;
  esac
}
names=(
  .DS_Store ._0123 .nfs000000000123456700000001 lost+found/ @eaDir/ .stfolder/ .stversions/ .stignore .syncthing.backshift.tmp '~syncthing~x.tmp'
  desktop.ini Thumbs.db .Trashes/ .fseventsd/ '$RECYCLE.BIN/' 'System Volume Information/' .snapshot/ '#recycle/' x~ .fuse_hidden0000000100000001
  .smbdeleteAAA01 aquota.user
)
places=(. packs "packs/$group" index savesets savesets/h savesets/h/+part tmp)
for place in "${places[@]}"; do
  for name in "${names[@]}"; do put "$place" "$name"; done
done
# What sync programs make of names that exist twice.
for file in index/* savesets/h/2* "packs/$group"/????????????????????????????????; do
  [ -f "repository/$file" ] || for found in repository/$file; do
    case $found in *.sync-conflict*) continue ;; esac
    [ ! -f "$found" ] || [[ ${found##*/} =~ [^0-9a-fTZ] ]] || cp "$found" "${found%/*}/${found##*/}.sync-conflict-20260101-000000-ABCDEFG"
  done
done
find repository | sort > before

for command in "bs-ls" "bs-check --read-data" "bs-tar $first" "bs-cat $first file"; do
  status=0
  $command > out 2> said || status=$?
  [ $status -eq 0 ] || { cat said; fail "$command: status $status"; }
  expect_empty said
done
[ "$(bs-ls | wc -l)" -eq 2 ] || { bs-ls; fail "not two savesets"; }
echo more > tree/more
second=$(save h tree 2> said) || { cat said; fail "a save: status $?"; }
expect_empty said
(cd tree && bs-walk . | bs-since --host h | bs-chunk | bs-store --host h) > third 2> said || { cat said; fail "a save with bs-since: status $?"; }
expect_empty said
expect_saved "$second" tree
expect_saved "$(cat third)" tree
expect_good --read-data
find repository | sort > after
# Old files in tmp too: a sweep takes only what has a name of ours.
find repository/tmp -exec touch -d '3 days ago' {} +
save h tree > /dev/null
[ -z "$(comm -23 before after)" ] || { comm -23 before after; fail "what is not ours was removed"; }
for name in "${names[@]}"; do
  [ -e "repository/tmp/$name" ] || fail "swept from tmp: $name"
done

# Directories that may not be read, as lost+found is to all but root.
if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null; then
  chmod 755 "$TMP"
  chmod -R a+rX repository tree
  for place in . packs savesets savesets/h index tmp; do chmod 700 "repository/$place/lost+found"; done
  if setpriv --reuid 65534 --regid 65534 --clear-groups test -r "$BIN/bs-ls"; then
    setpriv --reuid 65534 --regid 65534 --clear-groups bs-ls > out 2> said || { cat said; fail "bs-ls beside a lost+found that it may not read: status $?"; }
    setpriv --reuid 65534 --regid 65534 --clear-groups bs-check > out 2> said ||
      { cat said; fail "bs-check beside a lost+found that it may not read: status $?"; }
    expect_empty said
  fi
fi
