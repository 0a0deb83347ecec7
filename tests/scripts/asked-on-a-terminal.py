#!/usr/bin/python3
"""asked-on-a-terminal.py: passphrases of an encrypted repository are asked for on the terminal, not shown, and asked for once by bs-save."""
import os
import pty
import select
import signal
import subprocess
import sys
import termios


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
    made = Session("bs-init", "--sealed", "repository")
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
    assert b"no passphrase was given" in given_up.end(130)

    ended = Session("bs-ls", "-r", "repository")
    ended.expect(b"Passphrase of repository: ")
    assert not ended.echoes(), "what is typed would be shown"
    os.kill(ended.pid, signal.SIGTERM)
    ended.end(143, -15, shows=True)

    saved = Session("bs-save", "-r", "repository", "--host", "h", "tree")
    saved.expect(b"Passphrase of repository: ")
    saved.say(b"correct\n")
    assert b"assphrase" not in saved.end(0), "it was asked for more than once"
    imports()


if __name__ == "__main__":
    os.environ.pop("BACKSHIFT_PASSPHRASE_FILE", None)
    sys.exit(main())
