#!/usr/bin/python3
"""Which of several known files is in a repository, judged by what its storage sees: in the manner of eprint 2025/532 and 2025/558.

    fingerprint.py FILES EMPTY KEYFILE|- [EMPTY KEYFILE]

The storage knows everything about a tree but which of so many files of one length is in it. It sees the lengths of all objects, and the place, length
and order of all reads of the pack with the contents while the file is restored. For each of the files it makes a repository of its own with our programs, from
a copy of EMPTY, looks at the same, and guesses the one that is most like what it has seen.

Prints, for what it has seen of lengths and of reads, how many guesses are right, where one of k that look the same counts as 1/k: by chance it is one of all.
"lengths" and "reads" are with a copy of the very same EMPTY: the storage would have the key from which the places of cuts follow. Parts of that can be found by
trying (eprint 2025/532), so reads must not show lengths even then. "foreign-lengths" and "foreign-reads" are with the second EMPTY, which has another key.
"""
import os
import random
import re
import shutil
import subprocess
import sys

SIZE, AROUND = 5_000_000, 1_000_000
MTIME = 1_700_000_000


def write(path, seed, size):
    with open(path, "wb") as file:
        file.write(random.Random(seed).randbytes(size))
    os.utime(path, (MTIME, MTIME))


def seen(empty, key, seed):
    """What the storage sees of a tree with this file in it: lengths of objects, and reads."""
    for name in ("repository", "tree"):
        shutil.rmtree(name, ignore_errors=True)
    shutil.copytree(empty, "repository")
    os.mkdir("tree")
    write("tree/a", "before", AROUND)
    write("tree/b", seed, SIZE)
    write("tree/c", "after", AROUND)
    os.utime("tree", (MTIME, MTIME))
    environment = {**os.environ, **({} if key == "-" else {"BACKSHIFT_KEY_FILE": key})}
    saved = subprocess.run(["bs-save", "-r", "repository", "--host", "h", "tree"], env=environment, check=True, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL).stdout.decode().strip()
    lengths = {}
    for folder, _, files in os.walk("repository"):
        kind = folder.split("/")[1] if "/" in folder else ""
        for name in files:
            lengths.setdefault(kind, []).append(os.stat(os.path.join(folder, name)).st_size)
    command = ["strace", "-f", "-y", "-e", "trace=pread64", "-s", "0", "-o", "log", "bs-cat", "-r", "repository", saved, "tree/b"]
    content = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout
    with open("tree/b", "rb") as file:
        assert content == file.read()
    reads = []
    with open("log", encoding="utf-8", errors="replace") as log:
        for line in log:
            found = re.search(r"pread64\(\d+<[^>]*/packs/\w\w/(\w+)>.*, (\d+), (\d+)\) += \d+", line)
            if found:
                pack = os.stat("repository/packs/%s/%s" % (found[1][:2], found[1])).st_size
                reads.append((pack > AROUND, int(found[3]), int(found[2])))
    assert any(large for large, _, _ in reads), "no read of the pack with the contents was seen"
    reads = [read[1:] for read in reads if read[0]]
    return {"lengths": sorted((kind, tuple(sorted(each))) for kind, each in lengths.items()), "reads": list(zip([None] + reads, reads + [None]))}


def distance(one, other):
    """0 for the same; otherwise how many of the things seen differ."""
    first, second = list(one), list(other)
    for each in one:
        if each in second:
            second.remove(each)
            first.remove(each)
    return len(first) + len(second)


def guesses(observed, references):
    right = 0.0
    for number, what in enumerate(observed):
        distances = [distance(what, reference) for reference in references]
        best = [candidate for candidate, far in enumerate(distances) if far == min(distances)]
        right += 1 / len(best) if number in best else 0
    return right


def main(files, *repositories):
    names = ["file %d" % number for number in range(int(files))]
    pairs = list(zip(repositories[::2], repositories[1::2]))
    observed = [seen(*pairs[0], name) for name in names]
    for prefix, pair in zip(("", "foreign-"), pairs):
        references = [seen(*pair, name) for name in names]
        for what in ("lengths", "reads"):
            print("%s%s %.1f" % (prefix, what, guesses([each[what] for each in observed], [each[what] for each in references])), flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
