# The suite that every store passes, with the servers of examples/, which know backshift-object(5) alone, and with bs-serve, each over a pipe.
# only: bin
# takes: 60
. "${0%/*}/lib.sh"
need :msgpack
export PYTHONDONTWRITEBYTECODE=1
suite=${artifacts:-$ROOT/out/build}/bin/Backshift.S3.Tests/release/Backshift.S3.Tests
[ -x "$suite" ] || skip "the suite of stores was not built"

# The short one is there to be read at once.
short=$ROOT/examples/small_object_server.py
[ "$(wc -l < "$short")" -le 100 ] && [ "$(wc -L < "$short")" -le 160 ] || fail "$short is not short any more"

for server in bs-serve "'$PYTHON' '$ROOT/examples/object_server.py'" "'$PYTHON' '$short'"; do
  # It has no locks, and cannot put an object in the place of another one, as the page allows.
  [[ $server == *"$short"* ]] && export CONTRACT_LACKS="mend locks" || unset CONTRACT_LACKS
  rm -rf contract
  mkdir contract
  status=0
  CONTRACT_PLACE="exec:exec $server '$TMP/contract/%'" CONTRACT_FILES=$TMP/contract/% "$suite" --no-ansi --progress off \
    --filter-class '*.NamedPlaceTests' > suite 2>&1 || status=$?
  [ $status -eq 0 ] || { tail -n 40 suite; fail "$server: the suite fails: status $status"; }
  passed=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' suite)
  [ "${passed:-0}" -ge 30 ] || { cat suite; fail "$server: the suite was not run"; }
  # Each test has made a place of its own through the server.
  [ "$(find contract -mindepth 2 -maxdepth 2 -name backshift | wc -l)" -ge "$passed" ] || { ls contract; fail "$server: $passed tests, and fewer places"; }
done

# The programs work with the short one. It refuses paths outside, leaves nothing of a draft, and ends with 65 where its client does not keep to the page.
location="exec:exec '$PYTHON' '$short' '$TMP/repository'"
mkdir tree
seq 50000 > tree/numbers
head -c 3000000 /dev/urandom > tree/noise
bs-init --plain "$location"
saved=$(bs-save -r "$location" --host h tree)
bs-tar -r "$location" "$saved" | tar df -
bs-expire -r "$location" --last "$saved"
bs-save -r "$location" --host h tree > second
bs-collect -r "$location" > collected
bs-check -r repository --read-data > checked || fail "$(cat checked)"
bs-tar -r repository "$(cat second)" | tar df -
echo secret > outside
cat > requests.py << 'END'
import msgpack, sys
NAME = "0" * 32
requests = [{"do": "read", "path": path, "at": 0, "most": 10} for path in
            ("../outside", "/etc/passwd", "packs/../../outside", "index/" + NAME + "/x", "savesets/../outside", "index/" + NAME + "\n")]
requests += [{"do": "list", "path": path} for path in ("packs/..", "..", "savesets/..", "/")]
requests += [{"do": "put", "path": "index/../x", "data": b"x"}, {"do": "no-such"}, {"do": "write", "draft": 8, "data": b"x"}]
refused = len(requests)
requests += [{"do": "start", "draft": 7, "path": "index"}, {"do": "write", "draft": 7, "data": b"x" * 100000}]
messages = [{"hello": "backshift-object", "version": 1}] + [{"do": request["do"], "id": i, **request} for i, request in enumerate(requests)]
if sys.argv[1] == "ask":
    sys.stdout.buffer.write(b"".join(map(msgpack.packb, messages)))
else:
    answers = list(msgpack.Unpacker(sys.stdin.buffer))
    assert [answer["to"] for answer in answers[1:]] == list(range(len(requests))), answers
    assert all(answer.get("trouble") == "refused" for answer in answers[1:refused + 1]), answers
    assert not any("trouble" in answer for answer in answers[refused + 1:]), answers
END
find repository | sort > before
"$PYTHON" requests.py ask > asked
"$PYTHON" "$short" repository < asked > answered
"$PYTHON" requests.py judge < answered || fail "it does what it must not"
find repository | sort > after
expect_same before after
expect_status 65 sh -c "head -c 200 asked | '$PYTHON' '$short' repository" > out 2> said
grep -q 'is cut off' said || fail "said: $(cat said)"
# It announces three million bytes, and then they come.
expect_status 65 sh -c "{ cat asked; printf '\204\242do\244list\242id\001\244path\305\377\377'; head -c 3000000 /dev/zero; } | '$PYTHON' '$short' repository" \
  > out 2> said
expect_status 65 sh -c "printf '\201\245hello\243you' | '$PYTHON' '$short' repository" > out 2> said
expect_empty out
