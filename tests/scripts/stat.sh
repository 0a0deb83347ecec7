# bs-stat measures what savesets, hosts and the repository hold: as a table, as JSON and for Prometheus; what it says that expiring a saveset would win is won.
# only: bin
. "${0%/*}/lib.sh"
need jq
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
expect_status 0 bs-stat > out
grep -qx '0 savesets of 0 hosts: 0 B; 0 B unique, 0 B stored, ratio -; 0 packs of 0 B; 0 B added in 30 days' out || { cat out; fail "an empty repository"; }
mkdir one two
head -c 3000000 /dev/urandom > one/shared
head -c 2000000 /dev/urandom > one/only
cp one/shared two/shared
first=$(save a one --time 2026-01-01T00:00:00Z)
rm one/only
second=$(save a one --time 2026-01-02T00:00:00Z)
save 'b"\' two > /dev/null

# Unique is what one alone needs.
# holds OBJECT CONDITION: of the objects in json there is the one that is meant, and it is so.
holds() { jq -se ".[] | select($1) | $2" json > /dev/null || { cat json; fail "$1: not so: $2"; }; }
bs-stat -s --json > json
holds ".name == \"$first\"" '.bytes == 5000000 and .unique >= 2000000 and .unique < 2050000'
holds ".name == \"$first\"" '.stored > 1900000 and .stored < 2010000 and .host == "a" and .complete and .entries == 3'
holds ".name == \"$second\"" '.unique < 10000 and .bytes == 3000000'
holds '.kind == "repository"' '.savesets == 3 and .hosts == 2 and .bytes == 11000000 and .unique >= 5000000 and .unique < 5050000'
holds '.kind == "repository"' '.stored <= .pack_bytes and .ratio > 2 and .ratio < 2.3 and .compression > 0.9 and .compression < 1.2'
bs-stat --json > json
[ "$(jq -r '.kind' json | tr '\n' ' ')" = 'host host repository ' ] || { cat json; fail "hosts"; }
holds '.host == "a"' '.savesets == 2 and .bytes == 8000000 and .unique >= 2000000 and .unique < 2050000'

# The sizes do not depend on what is shown.
bs-stat "$first" --json | jq -c 'select(.name)' > named
bs-stat -s --json --host a --until 2026-01-01 | jq -c 'select(.name)' > chosen
expect_same named chosen
[ "$(wc -l < named)" -eq 1 ] || fail "one name"
echo "$first" | bs-stat --json - | jq -c 'select(.name)' > listed
expect_same named listed

# Tables for people.
bs-stat > out
head -n 1 out | grep -qxE 'SAVESETS +SIZE +ADDED +UNIQUE +STORED +HOST' || { cat out; fail "the header"; }
sum='^3 savesets of 2 hosts: 11\.0 MB; 5\.0 MB unique, 5\.[0-9] MB stored, ratio 2\.[0-9]; [0-9]+ packs of 5\.[0-9] MB; '
tail -n 1 out | grep -qE "$sum" || { cat out; fail "the sum"; }
bs-stat -s | grep -q "$first\$" || fail "a row of a saveset"

# Metrics: every line is one of the format, every sample has a type, and a host of any name is one label.
bs-stat --prometheus > metrics
"$PYTHON" - << 'END' || { cat metrics; fail "not the format of Prometheus"; }
import re
types, seen, last = {}, [], None
text = open("metrics", encoding="utf-8").read()
assert text.endswith("\n")
for line in text.splitlines():
    if m := re.fullmatch(r"# TYPE (\w+) gauge", line):
        assert m[1] not in types
        types[m[1]] = last = m[1]
    elif not re.fullmatch(r"# HELP \w+ [^\n]+", line):
        m = re.fullmatch(r'([a-z_0-9]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (-?\d+)', line)
        assert m and m[1] == last, line
        assert (m[1], m[2]) not in seen, line
        seen.append((m[1], m[2]))
assert ("backshift_host_stored_bytes", r'{host="b\"\\"}') in seen, seen
assert ("backshift_latest_started_timestamp_seconds", r'{host="a",subset=""}') in seen, seen
END
grep -qx 'backshift_repository_savesets 3' metrics || fail "a number"
grep -qx 'backshift_repository_whole 1' metrics || fail "whole"
grep -qx 'backshift_latest_started_timestamp_seconds{host="a",subset=""} 1767312000' metrics || fail "a time"
for wrong in '--prometheus --json' '--prometheus -s' "--prometheus $first" "$first --host a"; do
  expect_status 64 bs-stat $wrong 2> said
done
expect_status 66 bs-stat nobody@latest 2> said

# What it says is won when the saveset is expired, but for the parts of blocks that stay.
says=$(jq -r .stored named)
before=$(du -sb repository/packs | cut -f 1)
bs-expire "$first" > /dev/null
bs-collect --max-unused 0 > /dev/null
after=$(du -sb repository/packs | cut -f 1)
won=$((before - after))
[ "$won" -gt $((says * 9 / 10)) ] && [ "$won" -lt $((says * 11 / 10)) ] || fail "$says bytes were promised, $won won"

# What is missing is said, and the status tells.
rm repository/packs/*/*
expect_status 65 bs-stat > out 2> said
[ -s said ] || fail "missing packs are not mentioned"
bs-stat --prometheus 2> /dev/null > metrics || true
grep -qx 'backshift_repository_whole 0' metrics || fail "not whole"
