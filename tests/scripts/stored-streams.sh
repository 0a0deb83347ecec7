# Whatever stream bs-store ends with 0 or 3, bs-check is clean and every reader returns what the stream said: 300 streams, valid, odd and hostile, held
# against a model that was written from the pages (tests/Backshift.Fuzz, docs/fuzzing.md).
# only: bin
. "${0%/*}/lib.sh"
[ -x /usr/bin/time ] || skip "no /usr/bin/time"
# Twenty streams go into the repository of one seed.
SEED=0 COUNT=15 RESULTS=$RESULTS/fuzz "$ROOT/tests/fuzz" stored
