#!/bin/bash
# Make tests/repositories/v1 anew with the programs of $BIN, or make another repository of the same content:
#     BIN=out/bin tests/repositories/make-v1.sh [DIRECTORY]
# See README.txt on when the first may be done. It needs root, for the lists of what a restore as root must bring.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
BIN=$(realpath "${BIN:-$here/../../out/bin}")
export PATH="$BIN:$PATH" LC_ALL=C.UTF-8 TZ=UTC
unset BACKSHIFT_REPOSITORY
to=$(realpath -m "${1:-$here/v1}")
[ ! -e "$to/repository" ] || { echo "make-v1.sh: $to/repository is there already" >&2; exit 73; }
mkdir -p "$to"
export PYTHONDONTWRITEBYTECODE=1
stream() {
  /usr/bin/python3 "$here/golden-stream.py" "$@"
}
store() {
  bs-chunk -r "$to/repository" | bs-store "$@" "$to/repository"
}

# Each must end as it is known to: 3 for problems, 65 for a stream without end.
must() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  [ $status -eq "$wanted" ] || { echo "make-v1.sh: status $status, not $wanted: $*" >&2; exit 70; }
}
save_full() { stream full | store; }
save_second() { stream second | store; }
save_cut() { stream cut | store; }
# Files that have not changed come with references, and some as a list for all of their content.
save_again() { stream again "$to/repository" | bs-since -r "$to/repository" | store --tag golden --tag "größe 2"; }
bs-init --plain "$to/repository"
must 3 save_full
must 0 save_second
must 65 save_cut
must 0 save_again

if [ $# -eq 0 ] && [ "$(id -u)" -eq 0 ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  restore=$here/../../examples/restore.py
  "$restore" "$to/repository" > "$to/savesets.txt"
  cut -d ' ' -f 1 "$to/savesets.txt" | while read -r name; do
    file=${name//[!A-Za-z0-9]/_}
    "$restore" "$to/repository" "$name" > "$to/listing-$file.txt" 2> /dev/null
    "$restore" "$to/repository" "$name" "$work/$file" 2> /dev/null
    # The times of directories that no entry stands for are those of the restore.
    "$here/../scripts/tree-digest.py" "$work/$file" | sed '/^\(sparse\|many\|many\/[0-9]*\)\t/s/mtime=[^\t]*/mtime=any/' > "$to/expected-$file.txt"
  done
fi
