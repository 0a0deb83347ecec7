# The data of a saveset expires apart from its metadata: what is left lists and checks, is restored by no program, which says so before it writes anything.
# An undo brings the data back as long as it is there.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$PWD/repository
bs-init --plain
mkdir tree
head -c 2000000 /dev/urandom > tree/data
ln tree/data tree/link
save web tree --time 2024-01-01T00:00:00Z > name
old=$(cat name)
head -c 100000 /dev/urandom > tree/new
mid=$(save web tree --time 2025-12-01T00:00:00Z)
new=$(save web tree)
for name in "$old" "$mid"; do
  time=${name#*@}
  touch -d "$(sed -E 's/(....)(..)(..)T.*/\1-\2-\3/' <<< "$time")" "repository/savesets/web/$time"
done

bs-expire -n --data-older-than 6m --metadata-older-than 300y > table
grep -q "^$old .*data goes  *older than 6m$" table || fail "$(cat table)"
grep -q '^0 savesets, the data of 2 would be expired; 1 stay$' table || fail "$(tail -n 1 table)"
bs-tag --hold "$mid"
[ "$(bs-expire --data-older-than 6m)" = '0 savesets, the data of 1 expired; 2 stay' ] || fail "another sentence"
bs-ls -h | grep -q "^$old .*complete, metadata only$" || fail "$(bs-ls -h)"
[ "$(bs-ls "$old" | wc -l)" -eq 3 ] || fail "it does not list: $(bs-ls "$old")"
for program in bs-tar bs-read "bs-read --references"; do
  # shellcheck disable=SC2086 # words
  expect_status 66 $program "$old" > out 2> said
  expect_empty out
  grep -q "the data of $old was expired on $(date -u +%Y-%m).*; only its metadata is kept" said || fail "$program: $(cat said)"
done
expect_status 66 bs-cat "$old" data > out 2> said
expect_empty out
expect_status 66 bs-diff "$old" "$new" > out 2> said
expect_status 1 bs-diff --ignore content "$old" "$new" > out
grep -q 'new$' out || fail "$(cat out)"
if "$PYTHON" -c 'import msgpack, zstandard' 2> /dev/null; then
  expect_status 66 "$PYTHON" "$ROOT/examples/restore.py" repository "$old" restored 2> said
  expect_text 'was expired' cat said
  [ ! -e restored ] || fail "restore.py has restored something"
  "$PYTHON" "$ROOT/examples/restore.py" repository "$new" restored
  cmp tree/data restored/data
fi
expect_good

# The data of the last complete one stays, whatever is asked for.
bs-expire -n --host web --data-older-than 0d | grep -q "^$new .*stays  *last complete" || fail "$(bs-expire -n --data-older-than 0d)"

# An undo brings the data back while it is there, and refuses when a pack of it is gone.
[ "$(bs-expire --undo "$old")" = '1 saveset is back' ] || fail "no undo"
bs-tar "$old" | tar -xf - -C "$(mkdir -p back && echo back)"
cmp tree/data back/data
[ "$(bs-expire --data-older-than 6m --host web)" = '0 savesets, the data of 1 expired; 2 stay' ] || fail "it does not go again"
pack=$(find repository/packs -type f -size +1000k | head -n 1)
mv "$pack" away
expect_status 3 bs-expire --undo "$old" 2> said
expect_text 'its data is being deleted' cat said
bs-check 2>&1 | grep "^bs-check: $old" && fail "what is gone of it is reported as missing"
mv away "$pack"
