# The vectors of tests/vectors/sealing are those that the page gives, byte for byte.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack :cryptography :argon2
export PYTHONDONTWRITEBYTECODE=1
mkdir -p tree/tests/vectors/sealing
ln -s "$ROOT/examples" tree/examples
cp "$ROOT/tests/vectors/sealing/generate.py" "$ROOT/tests/vectors/sealing/README.txt" tree/tests/vectors/sealing/
"$PYTHON" tree/tests/vectors/sealing/generate.py
diff -r "$ROOT/tests/vectors/sealing" tree/tests/vectors/sealing > found || { head found; fail "not the vectors that are kept"; }
