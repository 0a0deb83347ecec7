#!/usr/bin/env python3
"""lines.py TREE PROGRAMS...: what saves and restores take over a slow line, as a table, for each folder of programs, in turn.

    tests/bench/lines.py --delay 25 --rate 100 --rounds 3 /usr/src/linux out/bin /usr/bin

The line is link.py with the delay one way in milliseconds and the rate in Mbit/s. Each round has a repository and a cache of its own. Columns: median of the
seconds, and of the round trips that they are more than with no delay; bytes sent and received; turns of all connections; what part of the time the bytes take
at the speed of the line, in percent."""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

LINK = pathlib.Path(__file__).resolve().parent / "link.py"


class Line:
    """Programs of a folder, and a repository behind a line."""

    def __init__(self, programs, scratch, delay, rate):
        self.programs, self.scratch, self.delay, self.rate = pathlib.Path(programs).resolve(), scratch, delay, rate
        self.log = scratch / "link.log"
        self.environment = dict(os.environ, XDG_CACHE_HOME=str(scratch / "cache"), LINK_LOG=str(self.log),
                                PATH=f"{self.programs}:{os.environ['PATH']}")
        for name in ["BACKSHIFT_KEY_FILE", "BACKSHIFT_PASSPHRASE_FILE", "BACKSHIFT_PASSPHRASE_COMMAND", "BACKSHIFT_REPOSITORY"]:
            self.environment.pop(name, None)
        (scratch / "cache").mkdir()
        self.program("bs-init", "--plain", str(scratch / "repository"))

    def forget(self):
        """Empties the cache."""
        shutil.rmtree(self.scratch / "cache")
        (self.scratch / "cache").mkdir()

    def program(self, name, *arguments):
        """Runs a program of the folder."""
        subprocess.run([self.programs / name, *arguments], check=True, stdout=subprocess.DEVNULL, env=self.environment)

    def measure(self, name, *arguments):
        """Seconds, bytes sent, bytes received and turns of a program that works behind the line."""
        self.log.unlink(missing_ok=True)
        location = f"exec:{sys.executable} {LINK} {self.delay} {self.rate} {self.programs}/bs-serve {self.scratch}/repository"
        start = time.monotonic()
        self.program(name, "-r", location, *arguments)
        taken = time.monotonic() - start

        # A line is written when the last program has let go of it.
        time.sleep(0.5)
        lines = [[int(word) for word in line.split()] for line in self.log.read_text().splitlines()]
        return (taken, *(sum(line[i] for line in lines) for i in range(3)))


def measure_all(programs, tree, delay, rate):
    """What each case takes: a dictionary of tuples."""
    with tempfile.TemporaryDirectory(prefix="backshift-lines-") as scratch:
        line = Line(programs, pathlib.Path(scratch), delay, rate)
        found = {"first save": line.measure("bs-save", "--host", "h", tree)}
        line.measure("bs-save", "--host", "h", tree)
        found["unchanged save"] = line.measure("bs-save", "--host", "h", tree)
        line.forget()
        found["bs-tar, cold"] = line.measure("bs-tar", "h@latest")
        files = (pathlib.Path(folder) / name for folder, _, names in os.walk(tree) for name in names)
        path = str(next(file for file in files if file.is_file() and 10000 < file.stat().st_size < 500000)).lstrip("/")
        line.forget()
        found["bs-cat, cold"] = line.measure("bs-cat", "h@latest", path)
        line.measure("bs-cat", "h@latest", path)
        found["bs-cat, warm"] = line.measure("bs-cat", "h@latest", path)
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--delay", type=float, default=25, help="one way, in milliseconds (default: 25)")
    parser.add_argument("--rate", type=float, default=100, help="in Mbit/s (default: 100)")
    parser.add_argument("--rounds", type=int, default=3, help="of each (default: 3)")
    parser.add_argument("tree")
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()
    delay, rate = options.delay / 1000, options.rate * 1e6 / 8
    rounds = {}
    for _ in range(options.rounds):
        for programs in options.programs:
            for way in [delay, 0]:
                for case, taken in measure_all(programs, options.tree, way, rate).items():
                    rounds.setdefault((case, programs, way), []).append(taken)

    print("| | programs | seconds | round trips | sent | received | turns | line |")
    print("|---|---|---|---|---|---|---|---|")
    for (case, programs, way), all_taken in sorted(rounds.items()):
        if way == delay:
            seconds, sent, received, turns = (statistics.median(column) for column in zip(*all_taken))
            near = statistics.median(taken[0] for taken in rounds[case, programs, 0])
            trips = (seconds - near) / (2 * delay) if delay else 0
            print(f"| {case} | {programs} | {seconds:.2f} | {trips:.0f} | {sent / 1e6:.2f} MB | {received / 1e6:.2f} MB | {turns:.0f} "
                  f"| {100 * max(sent, received) / rate / seconds:.0f} % |")


main()
