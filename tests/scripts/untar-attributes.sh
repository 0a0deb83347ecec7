# What only root can save: devices, owners without a name, access control lists, file capabilities; through tar and bs-untar and back.
# only: bin
. "${0%/*}/lib.sh"
need_root
need_xattrs
need getfacl setcap getcap
mkdir tree
mknod tree/null c 1 3
mknod tree/disk b 259 300000
echo hello > tree/owned
chown 4000000000:1234567890 tree/owned
echo acl > tree/acl
setfacl -m u:daemon:rw-,u:31337:r-x,g:bin:r-- tree/acl
mkdir tree/default
setfacl -d -m u:daemon:rwx tree/default
cp /bin/true tree/capable
setcap cap_net_raw+ep tree/capable
setfattr -n user.binary -v 0x00ff0a3d tree/owned
setfattr -n 'user.a=b%3D' -v name tree/owned

(cd tree && getfacl -nR .) > acl
for program in tar bsdtar; do
  command -v $program > /dev/null || continue
  case $program in
  tar) tar -c --format=pax --xattrs --xattrs-include='*' --acls -f tree.tar tree ;;
  bsdtar) bsdtar -c --format=pax --xattrs --acls -f tree.tar tree ;;
  esac
  mkdir $program
  bs-untar < tree.tar > stream
  bs-tar - < stream | tar -xpf - --numeric-owner --xattrs '--xattrs-include=*' -C $program
  same_tree tree $program/tree
  # The lists are attributes of a name that no tar sets; the stream has them as Linux keeps them.
  bs-untar < tree.tar | bs-json > lines
  for name in acl default; do
    for kind in access default; do
      wanted=$(getfattr --absolute-names -n system.posix_acl_$kind -e base64 --only-values tree/$name 2> /dev/null | base64 -w 0) || true
      [ -z "$wanted" ] || grep "\"tree/$name\"" lines | grep -qF "\"system.posix_acl_$kind\":{\"\$bin\":\"$wanted\"}" ||
        fail "$program: $kind list of $name: $(grep "\"tree/$name\"" lines)"
    done
  done
done
