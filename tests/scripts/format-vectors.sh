# The vectors of tests/vectors/repository are taken and refused as they say by a reader and a writer that know the pages alone, in Python; so are nodes
# that break a rule or go to its limit.
# only: bin
. "${0%/*}/lib.sh"
need :msgpack :zstandard :brotli
export PYTHONDONTWRITEBYTECODE=1
"$PYTHON" "$ROOT/tests/formats/check_vectors.py" > found || { cat found; fail "not as the vectors say"; }
"$PYTHON" "$ROOT/tests/formats/check_nodes.py" > found || { cat found; fail "not as the page says"; }

# They tell a vector that says something else.
mkdir changed
sed 's/^expect: ok$/expect: refused/' "$ROOT/tests/vectors/repository/pack-raw.txt" > changed/pack-raw.txt
sed 's/^expect: refused$/expect: ok/' "$ROOT/tests/vectors/repository/run-order.txt" > changed/run-order.txt
sed 's/ ends$/ goes-on/' "$ROOT/tests/vectors/repository/cuts.txt" > changed/cuts.txt
for vector in changed/*; do
  expect_status 1 "$PYTHON" "$ROOT/tests/formats/check_vectors.py" "$vector" > found
  grep -q "^$(basename "$vector" .txt): " found || { cat found; fail "$vector is not named"; }
done
