"""Runs the cases; see `run`."""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import cases
import pipeline
from material import Material, Missing
from report import Report

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def arguments():
    parser = argparse.ArgumentParser(prog='tests/bench/run', description='measure Backshift and its peers')
    parser.add_argument('--quick', action='store_true', help='one pair of runs a case; nothing is written')
    parser.add_argument('--long', action='store_true', help='the case of a file of 20 GiB too')
    parser.add_argument('--kernel', metavar='DIRECTORY', help='an unpacked kernel tree, in place of that of the installed linux-source-6.1')
    parser.add_argument('--output', metavar='FILE', help='write the table into this document, whatever was run')
    parser.add_argument('--list', action='store_true', help='name the cases')
    parser.add_argument('cases', nargs='*', metavar='case')
    given = parser.parse_args()
    if given.list:
        for name, case in cases.ALL.items():
            print(f'{name:10} {case.__doc__}')
        sys.exit(0)
    for name in given.cases:
        if name not in cases.ALL:
            parser.error(f'no case {name}; --list names them')
    return given


def main():
    given = arguments()
    # Whoever stops a run does not want to clean up after it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    runs = 1 if given.quick else int(os.environ.get('RUNS', '3'))
    below = os.environ.get('BENCH_DIR') or os.environ.get('TMPDIR') or '/tmp'
    os.makedirs(below, exist_ok=True)
    work = os.path.realpath(tempfile.mkdtemp(prefix='backshift-bench-', dir=below))
    report = Report(work, runs)
    report.load = ', '.join(f'{load:.1f}' for load in os.getloadavg())
    try:
        material = Material(work, given.kernel)
        for name in given.cases or [name for name in cases.ALL if given.long or name not in cases.LONG]:
            report.case = name
            take(cases.Case(work, material, report, runs), name, report)
        report.add_memory()
        print('\n' + report.text())
        document = given.output or (os.path.join(ROOT, 'docs', 'benchmarks.md') if not given.cases and not given.quick else None)
        if document:
            report.document(document)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if report.missed else 0)


def take(case, name, report):
    errors = os.path.join(case.work, 'errors.log')
    try:
        cases.ALL[name](case)
    except Missing as missing:
        report.skip(name, str(missing))
    except (pipeline.Failed, subprocess.CalledProcessError, OSError) as failure:
        report.fail(name, str(failure))
        if os.path.exists(errors):
            with open(errors, errors='replace', encoding='utf-8') as log:
                sys.stderr.write(''.join(log.readlines()[-20:]))


if __name__ == '__main__':
    main()
