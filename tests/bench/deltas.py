#!/usr/bin/python3
"""A file that changes in every chunk each day: what its versions cost, as deltas on deltas.

    BIN=out/bin tests/bench/deltas.py [--days 20] [--sizes 4,64] [--averages 16K,512K]

Writes a table for docs/measurements.md. Times are CPU time of all programs, user and system, since that does not depend on who else is at work; that of a
version with deltas of depth d, the deepest block in its packs, is compared with d + 1 times that of the first. The status is 1 if one takes a fifth more.
"""
import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../examples'))
from backshift_repository import Pack  # noqa: E402

BIN = os.path.realpath(os.environ.get('BIN', 'out/bin'))
PEAK = """import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
open(sys.argv[1], "a").write("%d\\n" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)"""


def cpu(command, **options):
    """Runs a line of shell; its CPU time in seconds, and what it wrote."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = dict(os.environ, PATH=BIN + ':' + os.environ['PATH'])
    done = subprocess.run(['bash', '-c', 'set -o pipefail; ' + command], stdout=subprocess.PIPE, env=environment, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f'status {done.returncode}: {command}')
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout.decode()


def depth_of(repository, known):
    """The depth of the deepest block of contents in the packs that are not known yet."""
    deepest = 0
    for below, _, names in os.walk(repository + '/packs'):
        for name in set(names) - known:
            known.add(name)
            path = os.path.join(below, name)
            with open(path, 'rb') as file:
                if file.read(12)[11] & 1:
                    continue  # nodes
            pack = Pack(path.encode(), name)
            deepest = max([deepest] + [pack.block(number)[6] for number in range(len(pack.firsts))])
    return deepest


def change(path, day):
    """Four bytes at a place that is drawn in each 1500."""
    r = random.Random(day)
    with open(path, 'r+b') as file:
        content = bytearray(file.read())
        for at in range(0, len(content) - 1500, 1500):
            at += r.randrange(1490)
            content[at:at + 4] = r.randbytes(4)
        file.seek(0)
        file.write(content)


def measure(work, size, average, days):
    """Rows of day, depth, bytes added, and the times of save, restore, and check of all versions so far."""
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work + '/tree')
    with open(work + '/tree/f', 'wb') as file:
        file.write(random.Random(size).randbytes(size << 20))
    os.environ['BACKSHIFT_REPOSITORY'] = work + '/repository'
    cpu(f'bs-init --plain --average {average} {work}/repository')
    rows, known, before = [], set(), 0
    peak = work + '/peak'
    for day in range(1, days + 1):
        if day > 1:
            change(work + '/tree/f', day)
        measured = f"python3 -c '{PEAK}' {peak}"
        save, name = cpu(f'bs-walk tree | bs-chunk -r "$BACKSHIFT_REPOSITORY" | {measured} bs-store --host h --time @{1767225600 + 86400 * day}', cwd=work)
        after = sum(os.lstat(os.path.join(below, one)).st_size for below, _, names in os.walk(work + '/repository') for one in names)
        added, before = after - before, after
        depth = depth_of(work + '/repository', known)
        restore, _ = cpu(f'{measured} bs-tar {name.strip()} | cat > /dev/null', cwd=work)
        out, _ = cpu(f'bs-cat {name.strip()} tree/f | cmp - tree/f', cwd=work)
        check, _ = cpu(f'{measured} bs-check > /dev/null', cwd=work)
        rows.append((day, depth, added, save, restore, check))
    data, _ = cpu(f'{measured} bs-check --read-data > /dev/null', cwd=work)
    with open(peak) as lines:
        memory = max(map(int, lines)) / 1024
    shutil.rmtree(work)
    return rows, data, memory


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--days', type=int, default=20)
    options.add_argument('--sizes', default='4,64')
    options.add_argument('--averages', default='16K,512K')
    given = options.parse_args()
    work = tempfile.mkdtemp(prefix='backshift-deltas.')
    worst = 0
    print('| File | Chunks | Day | Depth | Added | Save | Restore | Check of all |')
    print('|---|---|---|---|---|---|---|---|')
    try:
        for size in map(int, given.sizes.split(',')):
            for average in given.averages.split(','):
                rows, data, memory = measure(work + '/run', size, average, given.days)
                first = rows[0]
                ratios = [max(row[at] / first[at] / (row[1] + 1) for row in rows) for at in (3, 4)]
                checks = max(row[5] / first[5] / sum(earlier[1] + 1 for earlier in rows[:row[0]]) for row in rows)
                for day, depth, added, save, restore, check in rows:
                    if day in (1, 2, 5, 8, 9, 10, 18, given.days):
                        print(f'| {size} MiB | {average} | {day} | {depth} | {added / 1e6:.2f} MB | {save:.2f} s | {restore:.2f} s | {check:.2f} s |')
                print(f'| {size} MiB | {average} | | at most | | {ratios[0]:.2f} | {ratios[1]:.2f} | {checks:.2f}, '
                      f'and {data:.2f} s with `--read-data`; {memory:.0f} MB |', flush=True)
                worst = max(worst, *ratios, checks)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if worst > 1.2 else 0)


if __name__ == '__main__':
    main()
