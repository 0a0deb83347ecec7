# The vectors of tests/vectors/sealing are those that the page gives, byte for byte, and the reader of the examples reads and refuses them as they say.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack :cryptography :argon2 :zstandard
export PYTHONDONTWRITEBYTECODE=1
mkdir -p tree/tests/vectors/sealing
ln -s "$ROOT/examples" tree/examples
ln -s "$ROOT/tests/formats" tree/tests/formats
cp "$ROOT"/tests/vectors/sealing/*.py "$ROOT/tests/vectors/sealing/README.txt" tree/tests/vectors/sealing/
"$PYTHON" tree/tests/vectors/sealing/generate.py
diff -r "$ROOT/tests/vectors/sealing" tree/tests/vectors/sealing > found || { head found; fail "not the vectors that are kept"; }
"$PYTHON" "$ROOT/tests/formats/check_sealing.py" "$ROOT/tests/vectors/sealing" > read || { cat read; fail "read otherwise than they say"; }
