# Where a key and its passphrase can be seen while programs have them: in no argument, no variable and no message; not in a core, nor, as far as the limit
# allows, in swap space.
# only: bin
# takes: 5
. "${0%/*}/lib.sh"
need setpriv
printf 'correct horse battery staple\n' > passphrase
mkdir tree between
seq 1000 > tree/file
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-init repository
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-key -r repository export > key

# A bs-walk that waits, so that the other stages wait for it, and a bs-since that notes the key as it is handed over: 32 bytes in a file without a name.
cat > between/bs-walk << 'END'
#!/bin/bash
while [ -d "$TMP" ] && [ ! -e "$TMP/go" ]; do sleep 0.1; done
exec "$BIN/bs-walk" "$@"
END
cat > between/bs-since << 'END'
#!/bin/bash
for file in /proc/$$/fd/*; do
  [[ $(readlink "$file") != /memfd:* ]] || cat "$file" > "$TMP/raw"
done
exec "$BIN/bs-since" "$@"
END
chmod +x between/*

cat > look.py << 'END'
"""Looks for the secret in arguments and variables of all processes that have the variable LOOKED_AT, and in what they said, until all programs were there."""
import os, sys, time
key, passphrase = open("key", "rb").read(), open("passphrase", "rb").read().strip()
text = key.split()[-1]
secrets = {"the passphrase": passphrase, "the key as text": text[len(b"BACKSHIFT-KEY-1"):]}
# bs-save becomes a shell.
wanted, seen = {"sh", "bash", "bs-since", "bs-chunk", "bs-store"}, set()
end = time.monotonic() + 30
while not (wanted <= seen and "the key" in secrets):
    if time.monotonic() > end:
        sys.exit("not all of them were looked at: %s" % (wanted - seen))
    time.sleep(0.05)
    raw = open("raw", "rb").read() if os.path.exists("raw") else b""
    if len(raw) == 32:
        secrets.update({"the key": raw, "the key in hexadecimal": raw.hex().encode()})
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            where = {part: open("/proc/%s/%s" % (pid, part), "rb").read() for part in ("cmdline", "environ")}
        except OSError:
            continue
        if b"LOOKED_AT=" not in where["environ"]:
            continue
        name = os.path.basename(where["cmdline"].split(b"\0")[0].decode())
        if "the key" in secrets:
            seen.add(name)
        for part, data in where.items():
            for what, secret in secrets.items():
                if secret in data.replace(b"\0", b"") or secret in data:
                    sys.exit("%s is in the %s of %s" % (what, part, name))
END
cat > told.py << 'END'
"""Looks for the secret in what was said."""
said = open("said", "rb").read() + open("name", "rb").read()
key = open("key", "rb").read().split()[-1]
secrets = open("passphrase", "rb").read().strip(), open("raw", "rb").read(), key[len(b"BACKSHIFT-KEY-1"):]
assert all(len(secret) > 20 for secret in secrets), "a secret is not known"
assert not any(secret in said for secret in secrets), "it is there"
END
for how in FILE=passphrase "COMMAND=cat passphrase" FD=9; do
  rm -f go raw
  env LOOKED_AT=yes "BACKSHIFT_PASSPHRASE_$how" PATH="$TMP/between:$PATH" bs-save -v -r repository --host h tree > name 2> said 9< passphrase & save=$!
  "$PYTHON" look.py || { touch go; fail "$how: see above"; }
  touch go
  wait $save || fail "$how: $(cat said)"
  "$PYTHON" told.py || fail "$how: a message has the secret: $(cat said)"
done

# From the moment that a program has a key the system lets no other process of the same user look into it: its files in /proc are those of root. It leaves no
# core, and the key is locked. bs-walk never has one, and is like any other program.
user=()
[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
BACKSHIFT_PASSPHRASE_FILE=passphrase bs-save -r repository --host h tree > name
chmod -R a+rwX .
cat > started.py << 'END'
"""started.py guarded|open PROGRAM...: starts a program that waits for its input, sees what the system lets others see of it, and has it crash."""
import os, resource, signal, sys, time
signal.alarm(60)
limit = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
guarded = sys.argv[1] == "guarded"
read, write = os.pipe()
child = os.fork()
if child == 0:
    os.dup2(read, 0)
    os.close(write)
    os.execvp(sys.argv[2], sys.argv[2:])
for turn in range(100):
    time.sleep(0.1)
    with open("/proc/%d/status" % child) as status:
        locked = int(next(line for line in status if line.startswith("VmLck:")).split()[1])
    owner = os.stat("/proc/%d/environ" % child).st_uid
    if guarded and owner == 0 and locked > 0:
        break
    if not guarded and turn == 20:
        break
assert (owner == 0) == guarded, "what is in /proc belongs to user %d" % owner
assert (locked > 0) == guarded, "%d KB are locked" % locked
os.kill(child, signal.SIGSYS)
status = os.waitpid(child, 0)[1]
assert os.WIFSIGNALED(status) and not (guarded and os.WCOREDUMP(status)), "it ended with %x" % status
END
for program in "guarded bs-chunk -r repository" "guarded bs-since -r repository" "guarded bs-store repository --host h" "open bs-walk"; do
  # shellcheck disable=SC2086 # words
  "${user[@]}" env HOME="$TMP" BACKSHIFT_KEY_FILE="$TMP/key" "$PYTHON" started.py $program 2> said || fail "$program: $(cat said)"
done
