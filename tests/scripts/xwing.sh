# X-Wing of the examples, written from the standards alone, is that of libsodium: keys, ciphertexts, secrets, and what damaged ciphertexts give.
# only: bin
. "${0%/*}/lib.sh"
need :cryptography
export PYTHONDONTWRITEBYTECODE=1
[ -e "$BIN/libsodium.so" ] || skip "no libsodium.so beside the programs"
status=0
"$PYTHON" "$ROOT/tests/formats/check_xwing.py" "$BIN/libsodium.so" 50 || status=$?
[ $status -ne 77 ] || skip "this libsodium has no X-Wing"
[ $status -eq 0 ] || fail "X-Wing of the examples is another one than that of libsodium"
