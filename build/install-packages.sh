#!/bin/sh
# install-packages.sh test|ceph|bench …: install the Debian packages of a purpose that are missing.
# Says nothing when there is nothing to do. Where it cannot install it says what is missing, and ends with status 0:
# a test that needs one of these skips, and gives the reason.
set -eu

packages_for() {
  case $1 in
  # gcc, libc6-dev and libssl-dev link the programs. The others make odd trees and file systems (acl, attr, btrfs-progs, e2fsprogs, libcap2-bin, xfsprogs),
  # break things (strace), read what we wrote without our code (age, python3-*, zstd, xz-utils, tar, libarchive-tools), and format the man pages.
  test) echo acl age attr binutils bsdextrautils btrfs-progs diffutils e2fsprogs file findutils fuse3 gcc jq libarchive-tools libc6-dev libcap2-bin \
    libssl-dev mandoc mount openssh-client openssh-server openssl procps python3 python3-argon2 python3-brotli python3-cryptography python3-fusepy \
    python3-msgpack python3-zstandard shellcheck strace tar time util-linux \
    xfsprogs xz-utils zstd ;;
  # A cluster on loopback that speaks S3, for tests/ceph-up.
  ceph) echo ceph-common ceph-mgr ceph-mon ceph-osd curl radosgw ;;
  bench) echo borgbackup bup linux-source-6.1 restic time zstd ;;
  *) echo "install-packages.sh: unknown purpose $1" >&2; exit 64 ;;
  esac
}

wanted=$(for purpose in "${@:-test}"; do packages_for "$purpose"; done)
missing=
if command -v dpkg-query > /dev/null; then
  for package in $wanted; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null) in
    installed) ;;
    *) missing="$missing $package" ;;
    esac
  done
else
  echo "install-packages.sh: not a Debian system; tests that miss one of these skip:" $wanted
  exit 0
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "install-packages.sh: not root; tests that need these skip:$missing"
  exit 0
fi

echo "install-packages.sh: installing$missing"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
install() {
  timeout 900 apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 $missing >> "$log" 2>&1 < /dev/null
}
# The lists may be absent (a fresh container) or old (a package was replaced since): then fetch them and try again.
if ! install && ! { timeout 300 apt-get update -q >> "$log" 2>&1 < /dev/null; install; }; then
  tail -n 20 "$log"
  echo "install-packages.sh: could not install; tests that need these skip:$missing"
fi
rm -f "$log"
