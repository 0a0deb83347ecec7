#!/bin/sh
# Save a real tree, list it, restore it, compare, and save it again. `make demo` runs this; TREE=/some/where chooses the tree.
# Every command is shown before it runs, so that it can be typed as it is.
set -eu

run() {
  printf '\n$ %s\n' "$1"
  eval "$1"
}
say() {
  printf '\n# %s\n' "$1"
}

# The largest of some trees that most systems have and that every user may read.
largest() {
  for candidate in /usr/share/doc /usr/include /usr/share/perl /usr/lib/python3 /usr/share/dotnet /usr/share/zoneinfo; do
    [ ! -d "$candidate" ] || du -skx "$candidate" 2> /dev/null
  done | sort -rn | head -n 1 | cut -f 2
}
tree=$(realpath "${TREE:-$(largest)}")

work=$(mktemp -d "${TMPDIR:-/tmp}/backshift-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"

say "$tree: $(find "$tree" -xdev | wc -l) entries, $(du -sxh --apparent-size "$tree" | cut -f 1)"
say "A repository, in $work. Without --plain it would be encrypted, and bs-init would ask for a passphrase."
run "export BACKSHIFT_REPOSITORY=$work/repository"
run "bs-init --plain"

say "Save: names | entries | chunks | repository. The last program prints the name of the saveset."
run "find $tree -xdev -print0 | bs-walk | bs-chunk | bs-store --host demo"

say "What is in it"
run "bs-ls"
run "bs-ls demo@latest | wc -l"
run "bs-ls -l demo@latest | head -n 8"

say "Restore it with tar, and compare: no output from diff and tar means no difference."
run "mkdir restored"
run "bs-tar demo@latest | tar xpf - -C restored"
run "diff -r --no-dereference $tree restored$tree"
run "bs-tar demo@latest | tar --diff -f - -C /"

say "Save the same tree a second time: nothing in it is new."
run "du -sh repository"
run "find $tree -xdev -print0 | bs-walk | bs-chunk | bs-store --host demo"
run "du -sh repository"
run "bs-ls"

say "Verify every byte"
run "bs-check --read-data"

say "Done. $work is removed now."
