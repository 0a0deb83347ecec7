# bs-report writes one page of HTML: whole, without script, without anything to fetch, with every name escaped. It shows hosts, growth, directories and
# problems, and if something is damaged the page and the status say so.
# only: bin
. "${0%/*}/lib.sh"
export BACKSHIFT_REPOSITORY=$TMP/repository
bs-init --plain
# page FILE: it is well formed, has neither script nor links, and nothing in it can be taken for markup that was not meant.
page() {
  "$PYTHON" - "$1" << 'END' || { cat "$1"; fail "not a page as it should be"; }
import html.parser, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
assert text.startswith("<!DOCTYPE html>") and text.endswith("</html>\n")
assert not re.search(r"url\(|@import|://|javascript:", text), "something to fetch"
assert not any((c < " " and c != "\n") or "\x7f" <= c < "\xa0" for c in text), "a control character"
class Check(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()
    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        assert tag not in ("script", "link", "img", "iframe", "object", "a", "b"), tag
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attributes), attributes
        if tag not in ("meta", "wbr"):
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
check = Check()
check.feed(text)
check.close()
assert not check.open, check.open
END
}
# has TEXT: the page shows it.
has() { grep -qF -- "$1" page.html || { cat page.html; fail "the page does not have $1"; }; }

bs-report > page.html
page page.html
has 'There is no saveset yet'

mkdir -p tree/large/inner tree/small "tree/<script>alert(1)</script>" $'tree/esc\x1b[31m\xff'
head -c 3000000 /dev/urandom > tree/large/inner/data
echo x > tree/small/file
echo y > "tree/<script>alert(1)</script>/<b>&amp;"
head -c 700000 /dev/urandom > $'tree/esc\x1b[31m\xff/file'
save web tree --time 2026-01-01T00:00:00Z > /dev/null
for n in 1 2 3; do echo "$n" > "tree/small/new$n"; done
echo more >> tree/large/inner/data
save web tree --time 2026-01-05T00:00:00Z > /dev/null
(cd tree && printf 'gone\0small/file\0' | bs-walk --host '<b>&"host' --subset mail | bs-chunk) > stream 2> /dev/null \
  || [ $? -eq 3 ] || fail "a stream with a problem"
expect_status 3 bs-store < stream > /dev/null 2>&1
TZ=Europe/Berlin bs-report > page.html
page page.html
has '<h1>Backups in <span class="name">'
has '&lt;b&gt;&amp;&quot;host'
has '2026-01-05 01:00'
has 'gone: No such file or directory'
has '<td class="name">large/<wbr>inner/</td>'
has '<td class="name">&lt;script&gt;alert(1)&lt;/<wbr>script&gt;/</td>'
has '<td class="name">esc\x1b[31m\xff/</td>'
has 'None is recorded'
# Most files changed in small, three of them; with one row the others are not shown.
bs-report --rows 1 > page.html
page page.html
sed -n '/Most-changed directories/,/<h2>Last check/p' page.html > changed
grep -q '<td class="name">small/</td><td class="name">web</td><td class="number">3</td>' changed || { cat changed; fail "the most-changed directory"; }
[ "$(grep -c '<tr><td' changed)" -eq 1 ] || fail "--rows"
sed -n '/Largest directories/,/Most-changed/p' page.html | grep -q '<td class="name">large/</td>' || fail "the largest directory"

# Damage is in the page, and the status tells.
rm repository/packs/*/*
expect_status 65 bs-report > page.html 2> said
page page.html
has '<h2>Damage</h2>'
[ -s said ] || fail "damage is not reported"
expect_status 66 bs-report -r nowhere > out 2> said
expect_empty out
