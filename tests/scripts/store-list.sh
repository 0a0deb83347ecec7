# bs-store --list says of each entry, whatever its type, what became of it: read and how much of it new, reused, metadata alone, or skipped and why.
# only: bin
. "${0%/*}/lib.sh"
need_root
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
mkdir -p tree/dir
head -c 1000000 /dev/urandom > tree/big
echo small > tree/small
: > tree/empty
truncate -s 1M tree/hole
ln -s nowhere tree/symlink
ln tree/small tree/second-name
mkfifo tree/fifo
mknod tree/null c 1 3
mknod tree/loop b 7 0
printf x > tree/$'odd\n\033name'
"$PYTHON" -c 'import socket; socket.socket(socket.AF_UNIX).bind("tree/socket")'
touch -h -d 2020-01-01 tree/* tree/dir tree
sleep 2.1 # younger files than the base's start by less than 2 s are not trusted

list() { (cd tree && printf 'no-such\0' | cat <(find . -mindepth 1 -print0 | sort -z) - | bs-walk --host h 2> /dev/null | "$@" |
  bs-store --list 2>&1 > ../name); }
status=0
list bs-chunk > first || status=$?
[ $status -eq 3 ] || { cat first; fail "status $status"; }
cat > wanted << 'END'
bs-store: cut 100% big
bs-store: metadata dir
bs-store: metadata empty
bs-store: metadata fifo
bs-store: metadata hole
bs-store: metadata loop
bs-store: metadata null
bs-store: cut 100% odd\n\x1bname
bs-store: cut 100% second-name
bs-store: metadata small
bs-store: metadata symlink
bs-store: skipped no-such: No such file or directory
END
expect_same first wanted
# A mebibyte written into the middle, and nothing else.
{ head -c 500000 tree/big; head -c 250000 /dev/urandom; tail -c +500001 tree/big; } > big && cat big > tree/big
list sh -c 'bs-since | bs-chunk' > second || true
grep -qE '^bs-store: cut (2[0-9]|3[0-9])% big$' second || { cat second; fail "the share that is new"; }
grep -v ' big$' second > others
grep -v ' big$' first | sed -E 's/cut 100%/reused/' > wanted
expect_same others wanted
expect_status 64 bs-store --list --forward < /dev/null 2> said
