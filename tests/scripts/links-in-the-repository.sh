# A symbolic link inside a repository is never followed: not by a sweep of tmp, which would delete the files of somebody else, not by a writer, not by a
# reader; what is no regular file (a fifo, a directory, a device, a socket) is no object, and nobody waits for it. Each is named. The path to the repository may
# be a link.
# only: bin
# takes: 70
. "${0%/*}/lib.sh"
mkdir tree victim
echo content > tree/file
echo precious > victim/precious
echo precious > "victim/0123456789abcdef0123456789abcdef"
touch -d '3 days ago' victim/*
bs-init --plain base
export BACKSHIFT_REPOSITORY=$TMP/base
name=$(save h tree)
sleep 1
save h tree > /dev/null
export BACKSHIFT_REPOSITORY=$TMP/repository
(cd tree && bs-walk . | bs-chunk) > stream

afresh() {
  rm -rf repository aside
  cp -a base repository
}
# ends LIMIT-COMMAND: every program ends by itself, and says something if it fails; 70 or a stack is never the answer.
ends() {
  status=0
  timeout 20 "$@" > out 2> said || status=$?
  case $status in 124 | 70 | 134 | 139) cat said; fail "$what: status $status from $*" ;; esac
  [ $status -eq 0 ] || [ -s said ] || fail "$what: $* ended with $status and said nothing"
}
all_end() {
  ends bs-ls
  ends bs-check
  ends bs-collect --dry-run
  ends bs-parity
  ends bs-tar "$name"
  ends bs-cat "$name" file
  ends sh -c 'bs-walk tree | bs-since -r repository > since'
  ends sh -c 'bs-store --host h < stream'
  store=$status
}
untouched() {
  [ "$(cat victim/precious victim/0*)" = $'precious\nprecious' ] || fail "$what: files of somebody else were deleted: $(ls victim)"
  [ "$(ls victim | wc -l)" -eq 2 ] || fail "$what: something was made outside of the repository: $(ls victim)"
}

# Directories that are links.
for place in tmp packs index savesets condemned intents tags expired settings parity keys moved savesets/h; do
  what="$place is a link to another directory"
  afresh
  mkdir -p "repository/$place"
  mv "repository/$place" aside
  ln -s "$TMP/victim" "repository/$place"
  all_end
  untouched
  case $place in
  index) ;;
  *) [ $store -ne 0 ] || fail "$what: a save ended with 0" ;;
  esac
  if [ $store -ne 0 ]; then
    grep -qE "repository/$place.*(symbolic link|symbolic links)" said || { cat said; fail "$what: not said"; }
  fi
  # Its own directory, by way of a link: refused alike, and whole once it is back in its place.
  what="$place is a link to its own directory"
  rm "repository/$place"
  ln -s "$TMP/aside" "repository/$place"
  all_end
  rm -f "repository/$place"
  mv aside "repository/$place"
  expect_good
  expect_saved "$name" tree
done

# Objects that are no regular files.
object() {
  case $1 in
  configuration) echo repository/backshift ;;
  saveset) find repository/savesets -type f | head -n 1 ;;
  run) find repository/index -type f | head -n 1 ;;
  pack) find repository/packs -type f | head -n 1 ;;
  esac
}
for which in configuration saveset run pack; do
  for kind in fifo directory link loop socket device; do
    what="a $kind for a $which"
    afresh
    place=$(object $which)
    mv "$place" aside
    case $kind in
    fifo) mkfifo "$place" ;;
    directory) mkdir "$place" ;;
    link) ln -s "$TMP/aside" "$place" ;;
    loop) ln -s "$(basename "$place")" "$place" ;;
    socket) (cd "$(dirname "$place")" && "$PYTHON" -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$(basename "$place")") ;;
    device) mknod "$place" c 1 5 2> /dev/null || continue ;;
    esac
    all_end
    ends bs-check
    [ $status -eq 65 ] || { cat said; fail "$what: bs-check ends with $status"; }
    grep -q "$(basename "$place").*is not a regular file" said || { cat said; fail "$what: bs-check does not name it"; }
    # What only one object holds is missed; the rest is read.
    case $which in
    run)
      ends bs-tar "$name"
      [ $status -eq 0 ] || { cat said; fail "$what: a restore ends with $status, though runs only help"; }
      [ $store -eq 0 ] || fail "$what: a save ended with $store"
      ;;
    saveset) [ $store -eq 0 ] || fail "$what: a save ended with $store" ;;
    esac
    rm -rf "$place"
    mv aside "$place"
    expect_good
  done
done

# A fifo in tmp with a name of ours, and one that is no file at all.
what="a fifo in tmp"
afresh
mkfifo repository/tmp/0123456789abcdef0123456789abcdef
mkdir repository/tmp/1123456789abcdef0123456789abcdef
ln -s "$TMP/victim/precious" repository/tmp/2123456789abcdef0123456789abcdef
find repository/tmp -exec touch -h -d '3 days ago' {} +
ends sh -c 'bs-store --host h < stream'
[ $status -eq 0 ] || { cat said; fail "$what: status $status"; }
untouched

# The user's own path may be a link.
afresh
ln -s repository alias
BACKSHIFT_REPOSITORY=alias expect_saved "$name" tree
BACKSHIFT_REPOSITORY=alias save h tree > /dev/null 2>&1 || BACKSHIFT_REPOSITORY=$TMP/alias save h tree > /dev/null
expect_good
