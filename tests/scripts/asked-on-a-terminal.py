#!/usr/bin/python3
"""asked-on-a-terminal.py: passphrases of an encrypted repository are asked for on the terminal, not shown, and once for all programs of a pipeline."""
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import time

PIPELINE = "find tree -print0 | bs-walk | bs-since -r repository | bs-chunk -r repository | bs-store -r repository --host h"


class Session:
    """A program with a terminal of its own; standard input is no terminal."""

    def __init__(self, *words):
        self.shown = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
            os.execvp(words[0], words)

    def expect(self, text):
        """Reads until the program has shown a text after what was expected before."""
        while text not in self.shown:
            assert self.read(), "%r did not come, but %r" % (text, self.shown)
        self.shown = self.shown.partition(text)[2]

    def read(self):
        if not select.select([self.terminal], [], [], 60)[0]:
            return b""
        try:
            more = os.read(self.terminal, 4096)
        except OSError:               # the program has ended
            return b""
        self.shown += more
        return more

    def say(self, line):
        os.write(self.terminal, line)

    def echoes(self):
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def programs(self):
        """The processes of this session that run our programs, and the files that each has open."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % pid) as file:
                    name, _, rest = file.read().partition("(")[2].rpartition(")")
                if name.startswith("bs-") and int(rest.split()[3]) == self.pid:
                    found[int(pid)] = [os.readlink("/proc/%s/fd/%s" % (pid, fd)) for fd in os.listdir("/proc/%s/fd" % pid)]
            except OSError:           # it has ended
                pass
        return found

    def expect_waiting(self, count):
        """Waits until so many programs wait for their turn, and nothing more has been asked."""
        end = time.monotonic() + 60
        while True:
            with open("/proc/locks") as file:
                waiting = {int(words[5]) for words in map(str.split, file) if words[1] == "->"}
            if len(waiting & self.programs().keys()) == count:
                break
            assert time.monotonic() < end, "%d programs do not wait" % count
            time.sleep(0.01)
        while select.select([self.terminal], [], [], 0)[0] and self.read():
            pass
        assert b"assphrase" not in self.shown, "more than one asks: %r" % self.shown

    def asking(self):
        """The program that asks."""
        return next(pid for pid, files in self.programs().items() if "/dev/tty" in files)

    def end(self, *statuses, shows=False):
        """Waits for the end; with `shows` the terminal must show again what is typed."""
        while self.read():
            pass
        ended = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        assert not shows or self.echoes(), "what is typed is not shown any more"
        os.close(self.terminal)
        assert ended in statuses, "status %d, not one of %s: %r" % (ended, statuses, self.shown)
        return self.shown


def imports():
    """The key, where standard input is the terminal: asked for there, and not shown either."""
    key = subprocess.run(["bs-key", "-r", "repository", "export"], check=True, stdout=subprocess.PIPE,
                         env={**os.environ, "BACKSHIFT_PASSPHRASE_COMMAND": "echo correct"}).stdout.splitlines()[1]
    imported = Session("sh", "-c", "exec bs-key -r repository import --note typed < /dev/tty")
    imported.expect(b"Key: ")
    assert not imported.echoes(), "the key would be shown"
    imported.say(key.lower() + b"\n")
    imported.expect(b"New passphrase of repository: ")
    imported.say(b"another\n")
    imported.expect(b"The same again: ")
    imported.say(b"another\n")
    assert key.lower() not in imported.end(0), "the key was shown"
    listed = subprocess.run(["bs-ls", "-r", "repository"], check=False, stdout=subprocess.DEVNULL,
                            env={**os.environ, "BACKSHIFT_PASSPHRASE_COMMAND": "echo another"})
    assert listed.returncode == 0, "the new passphrase opens nothing"


def main():
    made = Session("bs-init", "repository")
    made.expect(b"New passphrase of repository: ")
    made.say(b"one\n")
    made.expect(b"The same again: ")
    made.say(b"two\n")
    made.expect(b"New passphrase of repository: ")
    made.say(b"wronh\x7fg\x15correc\xc3\xa9\x7ft\n")     # corrected: the last letter, the whole line, a letter of two bytes
    made.expect(b"The same again: ")
    made.say(b"correct\n")
    assert b"correct" not in made.end(0), "the passphrase was shown"

    listed = Session("bs-ls", "-r", "repository")
    listed.expect(b"Passphrase of repository: ")
    listed.say(b"wrong\n")
    listed.expect(b"That is not it. Passphrase: ")
    listed.say(b"correct\n")
    listed.end(0)

    tried = Session("bs-ls", "-r", "repository")
    tried.expect(b"Passphrase of repository: ")
    tried.say(b"1\n")
    for attempt in (b"2\n", b"3\n"):
        tried.expect(b"That is not it. Passphrase: ")
        tried.say(attempt)
    assert b"the passphrase is wrong" in tried.end(77)

    given_up = Session("bs-ls", "-r", "repository")
    given_up.expect(b"Passphrase of repository: ")
    given_up.say(b"half\x03")
    assert b"no passphrase was given" in given_up.end(130, -2)

    ended = Session("bs-ls", "-r", "repository")
    ended.expect(b"Passphrase of repository: ")
    assert not ended.echoes(), "what is typed would be shown"
    os.kill(ended.pid, signal.SIGTERM)
    ended.end(143, -15, shows=True)

    pipelines()
    commands()

    # A repository that is made in passing: the passphrase is chosen, and not asked for again.
    for number, words in enumerate(("bs-save -r made0 --init --host h tree", "bs-walk tree | bs-chunk | bs-store --init -r made1 --host h")):
        first = shell(words)
        for prompt in (b"New passphrase of made%d: " % number, b"The same again: "):
            first.expect(prompt)
            first.say(b"chosen\n")
        assert b"assphrase" not in first.end(0, shows=True), "it was asked for after it had been chosen"
    os.makedirs("occupied/by")
    for place in ("occupied", "repository"):
        assert b"assphrase" not in Session("bs-init", place).end(73), "asked for what cannot be made"
    saved = Session("bs-save", "-r", "repository", "--host", "h", "tree")
    saved.expect(b"Passphrase of repository: ")
    saved.say(b"correct\n")
    assert b"assphrase" not in saved.end(0), "it was asked for more than once"
    imports()


def shell(command):
    return Session("sh", "-c", command)


def commands():
    """The command that writes the passphrase may ask, too: it is run once for a pipeline, and what it runs may ask on the terminal itself."""
    command = "echo run >> runs; "

    def runs():
        with open("runs", encoding="ascii") as file:
            found = len(file.readlines())
        os.remove("runs")
        return found

    def given(words):
        return shell("BACKSHIFT_PASSPHRASE_COMMAND='%s'; export BACKSHIFT_PASSPHRASE_COMMAND; %s" % (words, PIPELINE))

    # It asks on the terminal by itself. Where it fails, or writes a wrong passphrase, that is said once, and it is not run again.
    for answer, status, text in (("echo $it", 0, b""), ("echo $it; exit 3", 77, b"ended with status 3"), ("echo wrong", 77, b"the passphrase is wrong")):
        saved = given(command + "printf PIN: > /dev/tty; read it < /dev/tty; " + answer)
        saved.expect(b"PIN:")
        saved.expect_waiting(2)
        saved.say(b"correct\n")
        said = saved.end(status, shows=True)
        assert runs() == 1, "the command was run more than once"
        assert status == 0 or (said.count(text) == 1 and said.count(b"has asked for the passphrase and was not given it") == 2), said

    # A program of ours in it asks, while the one that runs it has the terminal.
    nested = given(command + "unset BACKSHIFT_PASSPHRASE_COMMAND; bs-ls -r repository > /dev/null && echo correct")
    nested.expect(b"Passphrase of repository: ")
    nested.expect_waiting(2)
    nested.say(b"correct\n")
    nested.end(0, shows=True)
    assert runs() == 1, "the command was run more than once"

    # Without a keyring each program runs it, one after the other.
    if shutil.which("strace"):
        alone = shell("BACKSHIFT_PASSPHRASE_COMMAND='%secho correct'; export BACKSHIFT_PASSPHRASE_COMMAND; "
                      "strace -f -o calls -e trace=add_key,keyctl -e inject=add_key,keyctl:error=ENOSYS sh -c '%s'" % (command, PIPELINE))
        alone.end(0, shows=True)
        assert runs() == 3


def pipelines():
    for before in ("", "set -m; "):              # the process group of the shell, or one of its own
        saved = shell(before + PIPELINE)
        saved.expect(b"Passphrase of repository: ")
        saved.expect_waiting(2)
        saved.say(b"wrong\n")
        saved.expect(b"That is not it. Passphrase: ")
        saved.say(b"correct\n")
        assert b"assphrase" not in saved.end(0, shows=True), "it was asked for more than once"

    # Not given: every program ends, and says why, and nothing more is asked.
    refused = shell(PIPELINE)
    refused.expect(b"Passphrase of repository: ")
    refused.expect_waiting(2)
    for attempt in (b"1\n", b"2\n"):
        refused.say(attempt)
        refused.expect(b"That is not it. Passphrase: ")
    refused.say(b"3\n")
    said = refused.end(77, shows=True)
    assert said.count(b"the passphrase is wrong") == 1 and said.count(b"has asked for the passphrase and was not given it") == 2, said
    given_up = shell(PIPELINE)
    given_up.expect(b"Passphrase of repository: ")
    given_up.expect_waiting(2)
    given_up.say(b"\x04")
    assert b"Passphrase of" not in given_up.end(77, 130, shows=True), "it was asked for again"
    interrupted = shell("trap 'exit 5' INT; " + PIPELINE)
    interrupted.expect(b"Passphrase of repository: ")
    interrupted.expect_waiting(2)
    interrupted.say(b"\x03")
    assert b"Passphrase of" not in interrupted.end(5, shows=True), "it was asked for again"

    # The one that asks is killed: another one asks.
    for number in (signal.SIGKILL, signal.SIGTERM):
        killed = shell("bs-ls -r repository > one & bs-ls -r repository > two & wait")
        killed.expect(b"Passphrase of repository: ")
        killed.expect_waiting(1)
        os.kill(killed.asking(), number)
        killed.expect(b"Passphrase of repository: ")
        killed.say(b"correct\n")
        killed.end(0, shows=True)
        with open("one", "rb") as one, open("two", "rb") as two:
            assert sorted((one.read().count(b"\n"), two.read().count(b"\n")))[1] >= 2, "the other one has listed nothing"

    # Two repositories, one after the other.
    made = Session("bs-init", "other")
    for prompt in (b"New passphrase of other: ", b"The same again: "):
        made.expect(prompt)
        made.say(b"another\n")
    made.end(0)
    copied = shell("bs-read -r repository h@latest | bs-store other --host h")
    passphrases = {b"repository": b"correct\n", b"other": b"another\n"}
    for waiting in (1, 0):
        copied.expect(b"Passphrase of ")
        while b": " not in copied.shown:
            assert copied.read(), copied.shown
        name = copied.shown.partition(b": ")[0]
        copied.expect(b": ")
        copied.expect_waiting(waiting)
        copied.say(passphrases.pop(name))
    copied.end(0, shows=True)

    # Commands of a script without job control are one group: what the second needs is still there. A shell with job control gives each its own.
    for before, times in (("", 1), ("set -m; ", 2)):
        script = shell(before + "bs-ls -r repository && bs-ls -r repository && echo done")
        for _ in range(times):
            script.expect(b"Passphrase of repository: ")
            script.say(b"correct\n")
        assert b"Passphrase" not in script.end(0), before
    background = shell("set -m; bs-ls -r repository & wait $!")
    assert b"is encrypted, and there is no key" in background.end(77, shows=True)

    # Without a keyring each program asks, one after the other.
    if shutil.which("strace"):
        alone = shell("strace -f -o calls -e trace=add_key,keyctl -e inject=add_key,keyctl:error=ENOSYS sh -c '%s'" % PIPELINE)
        for waiting in (2, 1, 0):
            alone.expect(b"Passphrase of repository: ")
            alone.expect_waiting(waiting)
            alone.say(b"correct\n")
        alone.end(0, shows=True)


if __name__ == "__main__":
    os.environ.pop("BACKSHIFT_PASSPHRASE_FILE", None)
    sys.exit(main())
