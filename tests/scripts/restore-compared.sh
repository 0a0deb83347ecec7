# bs-restore --only-changed hashes files of all lengths together: equal ones are not fetched, a byte that differs in one of them costs that file alone, and
# directories get back what a change took from them, and nothing else is touched.
. "${0%/*}/lib.sh"

work=$(mktemp -d /dev/shm/backshift.XXXXXX 2> /dev/null) || work=$(mktemp -d)
at_exit rm -rf "$work"
cd "$work"

# Lengths around those from which two contents are hashed at once, and more than is read at once; what is random is cut into chunks of any length.
"$PYTHON" - << 'END'
import os, random
random.seed(7)
for folder in ("a", "b/c", "b/d"):
    os.makedirs("tree/" + folder)
    for length in [0, 1, 63, 64, 65, 511, 512, 513, 575, 576, 577, 1023, 1024, 4096, 30000, 30001, 70000, 300000, 3000000] + [*range(2000, 2060)]:
        with open(f"tree/{folder}/f{length}", "wb") as file:
            file.write(random.randbytes(length))
    os.symlink("f1", f"tree/{folder}/link")
    os.mkfifo(f"tree/{folder}/fifo")
END
find tree -exec touch -hd '2026-01-02 03:04:05.678901234' {} +
export BACKSHIFT_REPOSITORY=$work/repository
bs-init --plain
saveset=$(save compared tree)
mkdir restored
bs-restore "$saveset" -C restored
stamp() { find restored -printf '%i %C@ %p\n' | sort; }

# The top is looked at in any case.
stamp > before
bs-restore "$saveset" -C restored --only-changed --verify --progress json -v > out 2> said || { cat said; fail "status $?"; }
expect_empty out
[[ $(tail -n 1 said) == *'"fetched":0,'* ]] || fail "fetched although nothing has changed: $(tail -n 1 said)"
stamp > after
expect_same before after

# A byte in some files: the first, the last, one in the middle; of the same length and with the same time.
changed="a/f513 a/f2000 a/f2001 b/c/f3000000 b/d/f1"
"$PYTHON" - $changed << 'END'
import os, sys
for number, path in enumerate(sys.argv[1:]):
    path = "restored/" + path
    status = os.stat(path)
    at = [0, status.st_size // 2, status.st_size - 1][number % 3]
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
END
bs-restore "$saveset" -C restored --only-changed --verify -v > out 2> said || { cat said; fail "after changes: status $?"; }
for path in $changed; do echo "M $path"; done | sort > expected
sort out > sorted
expect_same expected sorted
same_tree tree restored

# What is in the place of a file is replaced, and neither opened nor followed; what is beside it stays.
rm restored/a/f64 restored/b/c/f64 restored/b/d/f64 restored/b/d/f65
mkfifo restored/a/f64
ln -s ../../a/f65 restored/b/c/f64
mkdir restored/b/d/f64
timeout 60 bs-restore "$saveset" -C restored --only-changed -v > out 2> said || { cat said; fail "over other kinds: status $?"; }
printf '%s\n' 'A b/d/f65' 'M a/' 'M a/f64' 'M b/c/' 'M b/c/f64' 'M b/d/' 'M b/d/f64' > expected
LC_ALL=C sort out > sorted
expect_same expected sorted
same_tree tree restored

# Directories alone.
chmod 700 restored/b/c
touch restored/b
stamp > before
bs-restore "$saveset" -C restored --only-changed -v > out 2> said || { cat said; fail "directories: status $?"; }
printf '%s\n' 'M b/' 'M b/c/' > expected
sort out > sorted
expect_same expected sorted
same_tree tree restored
[ "$(stamp | diff before - | grep -c '^>')" = 2 ] || fail "more than two directories were touched: $(stamp | diff before -)"

# What a killed restore has left goes, from any directory.
for folder in . a b b/d; do
  : > restored/$folder/.bs-restore.0123456789abcdef
done
bs-restore "$saveset" -C restored --only-changed > out 2> said || { cat said; fail "with what was left: status $?"; }
same_tree tree restored
