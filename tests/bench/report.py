"""What came out, as a table."""
import os
import platform
import statistics
import subprocess
import time

from material import KERNEL

BEGIN, END = '<!-- written by tests/bench/run -->', '<!-- up to here -->'
MEMORY = 128e6


def seconds(value):
    return f'{value * 1000:.1f} ms' if value < 0.1 else f'{value:.2f} s'


def amount_of(value):
    return f'{value / 1e6:.1f} MB' if value >= 1e5 else f'{value / 1e3:.1f} KB'


def median(runs, of):
    return statistics.median(of(run) for run in runs)


class Report:
    def __init__(self, work, runs):
        self.work, self.runs = work, runs
        self.rows, self.stages, self.missed = [], [], False
        self.peaks = {}
        self.case = None
        self.started = time.strftime('%Y-%m-%d', time.gmtime())

    def row(self, case, ours, peer, ratio, target, met):
        self.missed |= met == 'no'
        self.rows.append((case, ours, peer, ratio, target, met))
        print(' · '.join(cell for cell in self.rows[-1] if cell).replace('\\|', '|'), flush=True)

    def skip(self, case, reason):
        self.row(case, '', '', '', '', f'skipped: {reason}')

    def fail(self, case, reason):
        self.missed = True
        self.row(case, '', '', '', '', f'failed: {reason}')

    def compare(self, case, ours, peer, ratio, target):
        met = ('yes' if ratio <= target else 'no') if target else ''
        self.row(case, ours, peer, f'{ratio:.3f}' if ratio < 0.2 else f'{ratio:.2f}', f'≤ {target:g}' if target else '', met)

    def add_times(self, case, mine, theirs, peer, target=None):
        """The ratio is the median of the ratios of runs that were neighbours in time: what else the machine does meets both."""
        ratio = statistics.median(a.wall / b.wall for a, b in zip(mine, theirs))
        self.compare(case, *(self.times(runs) + (f', {name}' if name else '') for runs, name in ((mine, ''), (theirs, peer))), ratio, target)

    @staticmethod
    def times(runs):
        wall, cpu = median(runs, lambda run: run.wall), median(runs, lambda run: run.cpu)
        return f'{seconds(wall)} ({seconds(cpu)} of CPU)'

    def add_sizes(self, case, mine, theirs, peer, target=None):
        self.compare(case, amount_of(mine), f'{amount_of(theirs)}, {peer}', mine / theirs, target)

    def add_amount(self, case, amount, target):
        """Bytes, with an aim of their own."""
        self.row(case, amount_of(amount), '', '', f'≤ {amount_of(target)}', 'yes' if amount <= target else 'no')

    def add_alone(self, case, run):
        self.note_memory([run])
        self.row(case, f'{seconds(run.wall)} ({seconds(run.cpu)} of CPU)', '', '', '', '')

    def add_stages(self, case, runs):
        """Where the CPU's time goes."""
        for number, stage in enumerate(runs[0].stages):
            self.stages.append((case, stage.name, seconds(median(runs, lambda run: run.stages[number].cpu))))
            print(f'    {stage.name}: {self.stages[-1][2]} of CPU', flush=True)

    def note_memory(self, runs):
        for run in runs:
            for stage in run.stages:
                if stage.name.startswith('bs-'):
                    case = self.case
                    self.peaks[case, stage.name] = max(stage.peak, self.peaks.get((case, stage.name), 0))

    def add_memory(self):
        for tool in sorted({tool for _, tool in self.peaks}):
            peak, case = max((peak, case) for (case, name), peak in self.peaks.items() if name == tool)
            self.row(f'peak memory of {tool}, at its most in the case “{case}”', f'{peak / 1e6:.0f} MB', '', '', '≤ 128 MB', 'yes' if peak <= MEMORY else 'no')

    def text(self):
        lines = ['| Case | Backshift | Peer | Ratio | Target | Met |', '|---|---|---|---|---|---|']
        lines += ['| ' + ' | '.join(row) + ' |' for row in self.rows]
        if self.stages:
            lines += ['', 'CPU time of each stage of the first save of the kernel tree: ' + ', '.join(f'{name} {time}' for _, name, time in self.stages) + '.']
        return '\n'.join(lines)

    def document(self, path):
        """Writes the measured part of the document; what stands around it was written by hand and stays."""
        with open(path, encoding='utf-8') as file:
            before, rest = file.read().split(BEGIN)
        after = rest.split(END)[1]
        text = f'{BEGIN}\n{self.machine()}\n\n{self.text()}\n{END}'
        with open(path, 'w', encoding='utf-8') as file:
            file.write(before + text + after)

    def machine(self):
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            cpu = [line.split(':')[1].strip() for line in file if line.startswith('model name')]
        with open('/proc/meminfo', encoding='utf-8') as file:
            memory = int(file.readline().split()[1]) / (1 << 20)
        kind = said('stat', '-f', '-c', '%T', self.work)
        versions = [said('restic', 'version').split(' compiled')[0], said('borg', '--version'), f"bup {said('bup', '--version')}",
                    f"zstd {said('zstd', '--version', '-q').split('v')[-1].split(',')[0]}",
                    said('tar', '--version').splitlines()[0], f"{KERNEL} {said('dpkg-query', '-W', '-f', '${Version}', KERNEL)}",
                    f".NET SDK {said('dotnet', '--version')}",
                    said(os.path.join(os.environ['BIN'], 'bs-store'), '--version')]
        return '\n'.join([
            f'Measured on {self.started}, {self.runs} pair{"s" if self.runs > 1 else ""} of runs a case.', '',
            f'- Machine: {len(cpu)} cores of {cpu[0] if cpu else platform.machine()}, {memory:.0f} GiB of memory, Linux {platform.release()}, '
            f'{kind} file system.',
            f'- Programs: {"; ".join(version for version in versions if version)}.',
            f'- Load when it began: {self.load}.'])


def said(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ''
