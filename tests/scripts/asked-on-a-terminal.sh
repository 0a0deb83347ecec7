# Passphrases are asked for on the terminal, also while standard input is a stream, and not shown: once for all programs of a pipeline.
# only: bin
. "${0%/*}/lib.sh"
need jq
mkdir tree
seq 1000 > tree/file
"$PYTHON" "$ROOT/tests/scripts/asked-on-a-terminal.py"
printf 'correct\n' > passphrase
export BACKSHIFT_PASSPHRASE_FILE=$TMP/passphrase
bs-ls -r repository --complete > listed
[ "$(wc -l < listed)" -eq 7 ] || { cat listed; fail "not all pipelines have saved"; }
for name in $(cut -d ' ' -f 1 < listed); do
  bs-tar -r repository "$name" | tar df -
done
# All have cut alike.
[ "$(bs-ls -r repository --json | jq -s '[.[1:][].added] | max')" -lt 5000 ] || fail "some pipeline has cut with other keys"

# What bs-save hands to each of its stages: the root key is 32 bytes, the keys of chunks are 80. bs-chunk gets no more than these, and bs-walk nothing.
mkdir between
for program in bs-walk bs-since bs-chunk bs-store; do
  cat > between/$program << 'END'
#!/bin/bash
name=${0##*/}
{
  for file in /proc/$$/fd/*; do
    [[ $(readlink "$file") != /memfd:* ]] || stat -L -c %s "$file"
  done
  env | grep -o '^BACKSHIFT_[A-Z_]*_FD'
} > "$TMP/$name.has"
exec "$BIN/$name" "$@"
END
  chmod +x between/$program
done
PATH=$TMP/between:$PATH bs-save -r repository --host h tree > name 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
expect_empty bs-walk.has
printf '80\nBACKSHIFT_CHUNK_KEYS_FD\n' | expect_same bs-chunk.has -
printf '32\nBACKSHIFT_KEY_FD\n' | expect_same bs-since.has -
expect_same bs-since.has bs-store.has
bs-tar -r repository "$(cat name)" | tar df -

# A shell closes none above 9, so where all up to it are in use a program inherits both, and closes what is not for it as it starts. A bs-since that waits has
# bs-walk wait for it, with more than a pipe takes, and bs-chunk.
mkdir waits many
cp between/bs-walk between/bs-chunk waits
printf '#!/bin/bash\nwhile [ -d "$TMP" ] && [ ! -e "$TMP/go" ]; do sleep 0.1; done\nexec "$BIN/bs-since" "$@"\n' > waits/bs-since
chmod +x waits/bs-since
(cd many && seq -f "%.0f$(printf '%0200d' 0)" 8000 | xargs touch)
cat > closed.py << 'END'
"""Waits until bs-walk and bs-chunk of this script have no keys, or those of chunks, and is wrong if they were not handed more."""
import glob, os, time
wanted, end = {"bs-walk": [], "bs-chunk": [80]}, time.monotonic() + 30
# The files of a process that has a key are those of root.
if os.getuid() != 0:
    del wanted["bs-chunk"]
while wanted:
    assert time.monotonic() < end, "these do not have what they should have, and no more: %s" % wanted
    time.sleep(0.05)
    for exe in glob.glob("/proc/[0-9]*/exe"):
        folder = os.path.dirname(exe)
        try:
            name = open(folder + "/comm").read().strip()
            if name not in wanted or ("TMP=" + os.environ["TMP"]).encode() not in open(folder + "/environ", "rb").read().split(b"\0"):
                continue
            if "bash" in os.readlink(exe):
                continue
            files = glob.glob(folder + "/fd/*")
            sizes = [os.stat(file).st_size for file in files if os.readlink(file).startswith("/memfd:")]
        except OSError:
            continue
        if len(files) > 3 and sizes == wanted[name]:
            del wanted[name]
END
PATH=$TMP/waits:$PATH bs-save -r repository --host h many > name 3< name 4< name 5< name 6< name 7< name 8< name 9< name & save=$!
"$PYTHON" closed.py || { touch go; fail "a program has a key of another"; }
touch go
wait $save
printf '32\n80\n' > both
grep -v BACKSHIFT bs-walk.has | sort -n | expect_same both -
grep -v BACKSHIFT bs-chunk.has | sort -n | expect_same both -
bs-tar -r repository "$(cat name)" | tar df -
