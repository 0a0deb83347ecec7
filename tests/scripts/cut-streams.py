#!/usr/bin/python3
"""cut-streams.py PROGRAM STREAM STEP [ARGUMENT...]

Runs PROGRAM with the first N bytes of STREAM as its input, for N = 0, STEP, 2 STEP, ... below the whole, and at every one of its
last 40 bytes. Shows what is not as it must be: the status is 65, nothing is on standard output, standard error has a line and no
stack trace. Between the runs, `{}` in an argument is the number N.
"""
import subprocess
import sys


def main():
    program, name, step, *arguments = sys.argv[1:]
    with open(name, "rb") as file:
        stream = file.read()
    bad = 0
    for length in sorted({*range(0, len(stream), int(step)), *range(max(0, len(stream) - 40), len(stream))}):
        done = subprocess.run([program, *(a.replace("{}", str(length)) for a in arguments)], input=stream[:length], capture_output=True, check=False)
        if done.returncode != 65 or done.stdout or not done.stderr or b"   at " in done.stderr:
            bad += 1
            print(f"cut at {length} of {len(stream)}: status {done.returncode}, output {done.stdout!r}, said {done.stderr.decode(errors='replace')}")
    sys.exit(1 if bad else 0)


main()
