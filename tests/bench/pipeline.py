"""Runs programs joined by pipes and measures every one of them."""
import os
import time
from dataclasses import dataclass


@dataclass
class Stage:
    """One process that has ended. Its peak cannot be seen below that of the harness, from which it was forked: 15 MB or so."""
    name: str
    status: int
    cpu: float
    peak: int


@dataclass
class Run:
    """One pipeline that has ended."""
    wall: float
    stages: list
    output: bytes = b''

    @property
    def cpu(self):
        return sum(stage.cpu for stage in self.stages)

    @property
    def peak(self):
        return max(stage.peak for stage in self.stages)


class Failed(Exception):
    """A program did not end with status 0."""


def run(*commands, cwd=None, env=None, output='/dev/null', errors=None, allowed=(0,)):
    """Runs `commands`, each the list of its words, joined by pipes. The last writes to the file `output`; None: its output is kept.

    os.posix_spawn, since a shell in between would be measured too."""
    words = {**os.environ, **(env or {})}
    here = os.getcwd()
    keep = output is None
    opened = [os.open('/dev/null', os.O_RDONLY)]
    if keep:
        reader, target = os.pipe()
    else:
        target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    pids = []
    try:
        os.chdir(cwd or here)
        started = time.monotonic()
        previous = opened[0]
        for number, command in enumerate(commands):
            if number + 1 < len(commands):
                following, out = os.pipe()
            else:
                following, out = None, target
            actions = [(os.POSIX_SPAWN_DUP2, previous, 0), (os.POSIX_SPAWN_DUP2, out, 1)]
            if errors is not None:
                actions.append((os.POSIX_SPAWN_OPEN, 2, errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644))
            # Descriptors of Python close on exec; those that were put in place of 0 and 1 do not.
            pids.append(os.posix_spawnp(command[0], command, words, file_actions=actions))
            os.close(previous)
            os.close(out)
            previous = following
    finally:
        os.chdir(here)
    kept = b''
    if keep:
        with os.fdopen(reader, 'rb') as pipe:
            kept = pipe.read()
    ended = {}
    while len(ended) < len(pids):
        for pid in pids:
            if pid not in ended:
                ended[pid] = os.wait4(pid, 0)
    wall = time.monotonic() - started
    stages = []
    for pid, command in zip(pids, commands):
        _, status, used = ended[pid]
        stages.append(Stage(os.path.basename(command[0]), os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss * 1024))
    bad = [f'{stage.name} ended with status {stage.status}' for stage in stages if stage.status not in allowed]
    if bad:
        raise Failed(', '.join(bad))
    return Run(wall, stages, kept)


def warm(parent, name):
    """Reads a tree, so that it is in the page cache. Before each run of its own: there are kernels that take from the cache what was not used for a while."""
    run(['tar', 'cf', '-', name], ['cat'], cwd=parent)
