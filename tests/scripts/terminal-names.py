#!/usr/bin/python3
"""terminal-names.py: run in a directory with room, the programs on the PATH. Every program that can show a name shows those of ./tree with a pseudo-terminal
as its standard error, and its standard output where it takes one. Nothing may reach the terminal but text, line ends, and "\\r\\x1b[K" of the status line."""
import io
import os
import subprocess
import sys
import tarfile
import unicodedata

ESCAPES = [b"\x1b[2J", b"\x1b]0;title\x07", b"\x1b[31mred\x1b[0m", b"bell\x07", b"line\nbreak", b"return\rover", b"tab\tbed", b"del\x7f", b"back\x08slash\\"]
NAMES = ESCAPES + [b"c%c" % c for c in range(1, 32)] + ["C1 \u0080".replace("\u0080", chr(c)).encode() for c in range(0x80, 0xA0)]
NAMES += [b"raw%c" % c for c in range(0x80, 0xA0)] + [b"csi\x9b31m", b"cut\xc2", b"high\xff"]
NAMES += [("bidi" + chr(c)).encode() for c in (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029, 0xFEFF, 0xE0001)]
WORST = b"\x1b[31m\x07\x9b\xc2\x9b\xe2\x80\xae\n\r\x7f"
failures = []
env = dict(os.environ)


def show(what, command, stdin=b"", stdout="pty", shown=True, cwd="tree"):
    """Runs COMMAND with a terminal, and looks at every byte that it gets."""
    master, slave = os.openpty()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=slave if stdout == "pty" else subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    writer = os.fork()
    if writer == 0:
        try:
            process.stdin.write(stdin)
            process.stdin.close()
        except BrokenPipeError:
            pass
        os._exit(0)
    process.stdin.close()
    seen = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(master)
    os.waitpid(writer, 0)
    process.wait()
    # The line discipline makes \r\n of \n.
    text = seen.replace(b"\r\x1b[K", b"").replace(b"\r\n", b"\n")
    wrong = []
    try:
        for c in text.decode():
            if (c < " " and c != "\n") or "\x7f" <= c < "\xa0" or unicodedata.category(c) in ("Cf", "Zl", "Zp", "Cs"):
                wrong.append(c)
    except UnicodeDecodeError as e:
        wrong.append(str(e))
    if wrong:
        failures.append(f"{what}: {wrong[:5]} reach the terminal: {seen[:300]!r}")
    if shown and not any(mark in text for mark in (rb"\x1b", rb"\u001b", rb"\u001B", rb"\n", rb"\xc2")):
        failures.append(f"{what}: no name is shown, so nothing is tested: status {process.returncode}, {seen[:300]!r}")
    if process.returncode in (70, 134, 139):
        failures.append(f"{what}: status {process.returncode}: {seen[:500]!r}")


def piped(*command, stdin=b"", cwd="tree"):
    return subprocess.run(command, cwd=cwd, env=env, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


os.mkdir("tree")
for name in NAMES:
    with open(os.path.join(b"tree", name), "wb") as file:
        file.write(b"content")
os.mkdir(b"tree/dir" + WORST)
os.symlink(WORST, b"tree/link")
os.symlink(b"x", b"tree/dir" + WORST + b"/inner" + WORST)
gone = b"".join(b"gone" + name + b"\0" for name in NAMES)
env["BACKSHIFT_REPOSITORY"] = os.path.abspath("repository")
subprocess.run(["bs-init", "--plain"], check=True, env=env)
walked = piped("bs-walk", ".")
cut = piped("bs-chunk", stdin=walked)
with_problems = piped("bs-walk", stdin=gone)
first = piped("bs-store", "--host", "first", stdin=cut).decode().strip()
troubled = piped("bs-store", "--host", "troubled", stdin=piped("bs-chunk", stdin=with_problems)).decode().strip()

show("bs-ls", ["bs-ls", first])
show("bs-ls -l", ["bs-ls", "-l", first])
show("bs-ls -n --full-time", ["bs-ls", "-n", "--full-time", first])
show("bs-ls --json", ["bs-ls", "--json", first])
show("bs-ls --problems", ["bs-ls", "--problems", troubled])
show("bs-ls --problems --json", ["bs-ls", "--problems", "--json", troubled])
show("bs-ls -", ["bs-ls", "-l", "-"], stdin=walked)
show("bs-ls - with problems", ["bs-ls", "-"], stdin=with_problems, shown=False)
show("bs-ls, a path that is not there", ["bs-ls", first, b"gone" + WORST])
show("bs-ls, a saveset that is not there", ["bs-ls", b"host" + WORST + b"@latest"])
show("bs-ls --host", ["bs-ls", "--host", WORST], shown=False)
show("bs-walk, a list", ["bs-walk"], stdin=gone, stdout="null")
show("bs-walk, roots", ["bs-walk", b"gone" + WORST], stdout="null")
show("bs-walk, two dots", ["bs-walk"], stdin=b"../" + WORST + b"\0", stdout="null")
show("bs-walk --sized", ["bs-walk", "--sized"], stdin=WORST + b"\0", stdout="null")
show("bs-walk, patterns that are not there", ["bs-walk", "--exclude-from", WORST, "."], stdout="null")
show("bs-walk, a pattern that is none", ["bs-walk", "--exclude", b"[" + WORST, "."], stdout="null", shown=False)
show("bs-walk --host", ["bs-walk", "--host", WORST, "."], stdout="null", shown=False)
show("bs-chunk, files that are gone", ["bs-chunk"], stdin=walked, stdout="null", cwd="repository")
show("bs-chunk --progress line", ["bs-chunk", "--progress", "line"], stdin=walked, stdout="null", shown=False)
show("bs-since -v", ["bs-since", "-v"], stdin=walked, stdout="null", shown=False)
show("bs-store --progress line", ["bs-store", "--progress", "line", "--host", "again"], stdin=cut, shown=False)
show("bs-store --list", ["bs-store", "--list", "--host", "listed"], stdin=cut)
show("bs-store, files that nobody read", ["bs-store", "--host", "unread"], stdin=walked)
show("bs-store --host", ["bs-store", "--host", WORST], stdin=cut, shown=False)
show("bs-store, no repository", ["bs-store", b"none" + WORST], stdin=cut)
show("bs-index, files without chunks", ["bs-index", "--host", "unread"], stdin=walked, shown=False)
host = "bi\u202edi"
show("bs-store, a host with a direction mark", ["bs-store", "-v", "--host", host], stdin=cut, shown=False)
show("bs-index, a host with a direction mark", ["bs-index", "--host", host + "x"], stdin=piped("bs-store", "--forward", stdin=cut), shown=False)
show("bs-ls, savesets", ["bs-ls"], shown=False)
show("bs-ls --json, savesets", ["bs-ls", "--json"], shown=False)
show("bs-since -v of such a host", ["bs-since", "-v", "--host", host], stdin=walked, stdout="null", shown=False)
show("bs-check of such a host", ["bs-check"], shown=False)
show("bs-diff", ["bs-diff", troubled, first], shown=False)
show("bs-find", ["bs-find", "*"])
show("bs-find --json", ["bs-find", "--json", "*"])
show("bs-find, a path that is not there", ["bs-find", "--path", b"gone" + WORST])
show("bs-find --host", ["bs-find", "--host", WORST, "*"], shown=False)
show("bs-stat", ["bs-stat"], shown=False)
show("bs-stat -s", ["bs-stat", "-s"], shown=False)
show("bs-stat --json", ["bs-stat", "--json"], shown=False)
show("bs-stat --prometheus", ["bs-stat", "--prometheus"], shown=False)
show("bs-stat, a saveset that is not there", ["bs-stat", b"host" + WORST + b"@latest"])
show("bs-report", ["bs-report"])
show("bs-tar, a path that is not there", ["bs-tar", first, b"gone" + WORST], stdout="null")
show("bs-tar -, a stream", ["bs-tar", "-"], stdin=with_problems, stdout="null", shown=False)
show("bs-cat, a path that is not there", ["bs-cat", first, b"gone" + WORST], stdout="null")
show("bs-cat, a directory", ["bs-cat", first, b"dir" + WORST], stdout="null")
show("bs-cat, a link", ["bs-cat", first, b"dir" + WORST + b"/inner" + WORST], stdout="null", shown=False)
show("bs-read, a saveset that is not there", ["bs-read", b"host" + WORST + b"@latest"], stdout="null")
show("bs-save -n", ["bs-save", "-n", WORST])
show("bs-save -n --exclude", ["bs-save", "-n", "--exclude", WORST, "."])
show("bs-save", ["bs-save", b"gone" + WORST])
show("bs-save --profile", ["bs-save", "--profile", b"/none" + WORST])
show("bs-json", ["bs-json"], stdin=walked, shown=False)
show("bs-json, what is no JSON", ["bs-json", "--back"], stdin=b'{"kind":"entry' + WORST + b'"}\n', stdout="null", shown=False)
show("bs-json, no record", ["bs-json", "--back"], stdin=b'{"kind":"entry","path":5,"\\u001b\\u009b":1}\n', stdout="null", shown=False)
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w", format=tarfile.GNU_FORMAT) as tar:
    for name in ("../" + os.fsdecode(WORST), "ok", os.fsdecode(WORST)):
        member = tarfile.TarInfo(name)
        member.type = b"Q" if name != "ok" else tarfile.REGTYPE
        tar.addfile(member)
show("bs-untar", ["bs-untar"], stdin=archive.getvalue(), stdout="null")
show("bs-wrap, a name", ["bs-wrap", b"a/../" + WORST], stdin=b"x", stdout="null")
show("bs-wrap --exec", ["bs-wrap", "name", "--exec", b"/no" + WORST], stdin=b"x", stdout="null", shown=False)
show("bs-wrap --exec --", ["bs-wrap", "--exec", "name", "--", b"/no" + WORST], stdin=b"x", stdout="null", shown=False)
for command in (["bs-init", "--plain"], ["bs-check"]):
    show(command[0] + ", a strange place", [*command, b"link/none" + WORST + b"/x"])
for program in subprocess.check_output(os.path.join(os.environ["ROOT"], "build/programs"), text=True).split():
    show(program + ", an option that is none", [program, b"--none" + WORST], stdout="null")
    show(program + ", too many operands", [program, WORST, WORST, WORST, WORST, b"--json" + WORST], stdout="null", shown=False)
show("backshift, a program that is none", ["backshift", WORST], stdout="null")

# A repository at a strange place, damaged: messages name its files.
strange = os.path.abspath(b"repository" + WORST)
os.rename("repository", strange)
env["BACKSHIFT_REPOSITORY"] = os.fsdecode(strange)
for folder, _, files in os.walk(os.path.join(strange, b"packs")):
    for file in files:
        with open(os.path.join(folder, file), "r+b") as pack:
            pack.seek(40)
            pack.write(b"damage")
            pack.truncate(100)
show("bs-check, damage", ["bs-check", "--read-data"], shown=False)
show("bs-tar, damage", ["bs-tar", first], stdout="null", shown=False)
show("bs-cat, damage", ["bs-cat", first, "link"], stdout="null", shown=False)
show("bs-ls, damage", ["bs-ls", first], shown=False)
show("bs-init, there is one", ["bs-init"])
if failures:
    sys.exit("\n".join(failures))
