# Everything that ext4, xfs and btrfs keep of a file is saved, listed and restored: extended attributes of all name spaces with binary values, access control
# lists, file capabilities and inode flags, on every type of file, each compared by its own tool. GNU tar restores all but the flags; bsdtar these too.
# only: bin
. "${0%/*}/lib.sh"
need_root
need setfattr getfattr setfacl getfacl setcap getcap chattr lsattr :msgpack :zstandard
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain

# attributed DIRECTORY TYPE: fill it.
attributed() {
  local number
  mkdir "$1"
  cd "$1"
  mkdir dir dir/sub
  echo file > file
  mkfifo fifo
  mknod char c 1 3
  mknod block b 259 200000
  ln -s nowhere symlink
  ln file hardlink

  setfattr -n user.binary -v 0x00ff0a3d25007f80 file
  setfattr -n user.empty file
  setfattr -n 'user.name=b%3D ü' -v 'a = b' file
  setfattr -n $'user.new\nline' -v x file
  setfattr -n user.dir -v 0x00 dir
  local any
  for any in file dir fifo char block symlink; do
    setfattr -h -n trusted.any -v "0x00$(printf %s "$any" | od -An -tx1 | tr -d ' \n')00" "$any"
    setfattr -h -n security.any -v "system_u:object_r:$any" "$any"
  done

  # As many as the file system takes, and as large.
  echo many > many
  for number in $(seq 1 200); do setfattr -n "user.$number" -v "value $number" many 2> /dev/null || break; done
  echo large > large
  case $2 in
  xfs) number=65536 ;;
  ext4) number=65000 ;;
  btrfs) number=16000 ;;
  esac
  "$PYTHON" -c 'import os, random, sys; os.setxattr("large", "user.large", random.Random(1).randbytes(int(sys.argv[1])))' $number ||
    fail "$2: no attribute of $number bytes"

  echo acl > acl
  setfacl -m u:daemon:rw-,u:31337:r-x,g:bin:r--,m::rw- acl
  setfacl -d -m u:daemon:rwx,g:2000000000:r-x dir
  echo inherited > dir/inherited
  echo plain > dir/plain
  setfacl -b dir/plain
  chmod 640 dir/plain
  setfacl -m u:bin:rwx dir/sub
  cp /bin/true capable
  setcap cap_net_raw,cap_net_bind_service+ep capable

  # What a file system does not know it refuses: then it is not there to be compared either.
  local flag
  for flag in a i d A c C; do
    : > "flag-$flag"
    chattr +$flag "flag-$flag" 2> /dev/null || true
    mkdir "flag-$flag-dir"
    chattr +$flag "flag-$flag-dir" 2> /dev/null || true
  done
  echo content > content-d
  chattr +d content-d
  cd "$TMP"
}

# unflag DIRECTORY: allow everything to be removed again.
unflag() {
  chattr -R -f -i -a "$1" 2> /dev/null || true
}

# told DIRECTORY: what the tools say of it.
told() {
  (
    cd "$1"
    find . -print0 | sort -z | xargs -0 getfattr -hd -m - -e hex
    lists .
    getcap -r . | sort
    find . -printf '%p %y %m %U:%G %n %T@ %l\n' | sort
  )
}

lists() {
  find "$@" ! -type l -print0 | sort -z | xargs -0 getfacl -np
}

# flags DIRECTORY: the flags of its files and directories, without those that tell how the file system laid them out.
flags() {
  (cd "$1" && find . -type f -o -type d | sort | while read -r path; do lsattr -d "$path"; done) | sed 's/^[^ ]*/& /; :a; s/^\([^ ]*\)[eIN]/\1-/; ta'
}

checked=
for type in ext4 xfs btrfs; do
  image $type $type || continue
  checked="$checked $type"
  attributed "$TMP/$type/tree" $type
  at_exit unflag "$TMP/$type"
  told $type/tree > $type.told
  flags $type/tree > $type.flags
  grep -q 'user.binary=0x00ff0a3d25007f80' $type.told || fail "$type: the tree lacks what is to be tested"
  case $type in
  ext4) known="a i d A c" ;;
  xfs) known="a i d A" ;;
  btrfs) known="a i d A c C" ;;
  esac
  for flag in $known; do
    grep -q "$flag.* ./flag-$flag\$" $type.flags || fail "$type: no flag $flag: $(cat $type.flags)"
  done

  (cd $type/tree && bs-walk --host $type . | bs-chunk | bs-store) > saveset
  saveset=$(cat saveset)

  # Restored by GNU tar, all but the flags, and nothing is said.
  mkdir $type/tar
  bs-tar "$saveset" | tar -xpf - --xattrs '--xattrs-include=*' --acls -C $type/tar 2> said
  expect_empty said
  told $type/tar > told
  expect_same $type.told told

  # And from the stream, without a repository.
  mkdir $type/stream
  (cd $type/tree && bs-walk . | bs-chunk | bs-tar -) | tar -xpf - --xattrs '--xattrs-include=*' --acls -C $type/stream
  told $type/stream > told
  expect_same $type.told told

  # And with Python alone.
  mkdir $type/python
  "$PYTHON" "$ROOT/examples/restore.py" "$BACKSHIFT_REPOSITORY" "$saveset" $type/python
  told $type/python > told
  expect_same $type.told told

  # A list of paths tells no less than a walk.
  (cd $type/tree && find . -print0 | bs-walk --host $type --subset list | bs-chunk | bs-store) > list-saveset
  bs-ls --json "$saveset" > first
  bs-ls --json "$(cat list-saveset)" > second
  "$PYTHON" - first second << 'EOF' || fail "$type: a list of paths"
import json, sys
# Which name of a file comes first, and has the content, is a matter of order.
walked, listed = ({entry["path"]: [entry.get("xattrs"), entry.get("flags")] for entry in map(json.loads, open(name))} for name in sys.argv[1:])
sys.exit(walked != listed and f"{walked} and {listed}")
EOF

  # The walk knows of no difference, though it does not know all flags.
  [ -z "$(cd $type/tree && bs-walk . | bs-diff "$saveset" - 2>&1)" ] || fail "$type: bs-diff: $(cd $type/tree && bs-walk . | bs-diff "$saveset" - 2>&1)"

  # Restored by bs-restore, flags too; again, over files that are immutable; and a third time, when there is nothing to do.
  mkdir $type/restored
  for how in '' '' --only-changed; do
    bs-restore "$saveset" -C $type/restored $how -v > changes 2> said || fail "$type: bs-restore $how: status $?: $(cat said)"
    expect_empty said
    told $type/restored > told
    expect_same $type.told told
    flags $type/restored > told
    expect_same $type.flags told
  done
  expect_empty changes

  # Access control lists without the attributes: only the text makes them.
  mkdir $type/acls
  bs-tar "$saveset" acl dir | tar -xpf - --acls -C $type/acls
  (cd $type/tree && lists acl dir) > wanted
  (cd $type/acls && lists acl dir) > told
  expect_same wanted told

  # bsdtar sets the flags too.
  if command -v bsdtar > /dev/null; then
    mkdir $type/bsdtar
    bs-tar --libarchive "$saveset" | bsdtar -xpf - --xattrs --acls --fflags -C $type/bsdtar 2> said || fail "$type: bsdtar: $(cat said)"
    flags $type/bsdtar > told
    expect_same $type.flags told
    # It takes the %3D that GNU tar and star write for a = in a name for a part of it, and leaves the directory alone in which it starts.
    told $type/bsdtar | grep -v -e '^user.name' -e '^\. d' > told
    grep -v -e '^user.name' -e '^\. d' $type.told > wanted
    expect_same wanted told
  fi

  # What setfattr makes of a list of the attributes is what was there.
  mkdir $type/again
  tar -c --format=pax -C $type/tree . | tar -xpf - -C $type/again
  bs-ls --attributes "$saveset" > list
  (cd $type/again && setfattr -h --restore="$TMP/list")
  told $type/again > told
  expect_same $type.told told

  # Listed: the attributes as getfattr writes them.
  bs-ls --attributes "$saveset" > told
  (cd $type/tree && find . -print0 | sort -z | xargs -0 getfattr -hd -m - -e hex | sed 's,^# file: \./,# file: ,') > wanted
  "$PYTHON" - wanted told << 'EOF' || fail "$type: bs-ls --attributes"
import sys
def blocks(name):
    found = {}
    for block in open(name, encoding="latin-1").read().split("\n\n"):
        if block.strip():
            head, *lines = block.strip("\n").split("\n")
            found[head] = sorted(lines)
    return found
wanted, told = map(blocks, sys.argv[1:])
# getfattr shows a hard link with the attributes again, and so do we.
for head in sorted(wanted.keys() | told.keys()):
    if wanted.get(head) != told.get(head):
        sys.exit(f"{head}: {str(wanted.get(head))[:300]} and {str(told.get(head))[:300]}")
EOF
  bs-ls -l "$saveset" acl file > lines
  grep -q '^-rw-rw-r--+ .* acl$' lines || fail "no + for the access control list: $(cat lines)"
  grep -q '^-rw-r--r--  .* file$' lines || fail "a + for a file without a list: $(cat lines)"

  # An unchanged file is not opened, and keeps the flags of which only who opens it knows.
  sleep 3
  (cd $type/tree && bs-walk --host $type . | bs-chunk | bs-store) > saveset
  (cd $type/tree && bs-walk --host $type . | bs-since -v | bs-chunk -v | bs-store) > again 2> said
  grep -q 'bs-chunk: 0 files' said || fail "$type: $(cat said)"
  bs-ls --json "$(cat saveset)" > first
  bs-ls --json "$(cat again)" > second
  expect_same first second
  [[ $known != *C* ]] || grep '"flag-C"' second | grep -q '"flags":8388608' || fail "$type: $(grep flag-C second)"

  # Through tar and bs-untar: nothing is lost but what GNU tar does not know.
  bs-tar --libarchive "$saveset" | bs-untar | bs-json > untarred
  bs-read "$saveset" | bs-json > read
  "$PYTHON" - read untarred << 'EOF' || fail "$type: bs-untar"
import json, sys
def entries(name):
    found = {}
    for line in open(name, encoding="utf-8"):
        record = json.loads(line)
        if record["kind"] == "entry":
            found[json.dumps(record["path"])] = [record.get(key) for key in ("xattrs", "flags", "btime", "mode", "uid", "gid", "mtime")]
    return found
read, untarred = map(entries, sys.argv[1:])
for path in sorted(read.keys() | untarred.keys()):
    if read.get(path) != untarred.get(path):
        sys.exit(f"{path}: {str(read.get(path))[:500]} and {str(untarred.get(path))[:500]}")
EOF
done
[ -n "$checked" ] || skip "no image of ext4, xfs or btrfs can be mounted"
echo "compared on$checked"
