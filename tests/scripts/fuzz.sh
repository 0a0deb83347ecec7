# Spoilt streams, archives, lists and objects, and repositories that mean no good: no crash, no hang, little memory, nothing wrong with status 0, and bs-check
# is of one mind with every reader. A short run of what `make fuzz` does (docs/fuzzing.md).
# only: bin
# timeout: 900
# takes: 95
. "${0%/*}/lib.sh"
[ -x /usr/bin/time ] || skip "no /usr/bin/time"
export SEED=0 RESULTS=$RESULTS/fuzz
status=0
COUNT=30 "$ROOT/tests/fuzz" stream archive list || status=1
COUNT=12 "$ROOT/tests/fuzz" object || status=1
# A quarter of all kinds of hostile repositories; a count of 310 tries each of them once, but two of hundreds of megabytes.
COUNT=75 "$ROOT/tests/fuzz" repository || status=1
exit $status
