"""The cases: what is measured, against whom, and what is to be reached."""
import os
import shutil

import pipeline
from material import Missing
from programs import Backshift, Borg, Bup, Restic, TarZstd, ours

FILE = 'kernel/sched/core.c'


class Case:
    """All that a case needs: where to work, what to save, how often, and where the results go."""

    def __init__(self, work, material, report, runs):
        self.work, self.material, self.report, self.runs = work, material, report, runs

    def pairs(self, *measures):
        """Takes `measures` in turn, `runs` times, each time the other way round, so that none always profits from its place. A list of runs for each."""
        results = [[] for _ in measures]
        for number in range(self.runs):
            order = list(range(len(measures)))
            for at in order if number % 2 == 0 else reversed(order):
                results[at].append(measures[at]())
        self.report.note_memory(run for run in results[0])
        return results

    def compare(self, title, mine, theirs, peer, target=None):
        self.report.add_times(title, mine, theirs, peer, target)


def fresh(program, case, parent, name, keep=False, save='save'):
    """A first save into a new repository."""
    def measure():
        repository = program(case.work)
        try:
            pipeline.warm(parent, name)
            return getattr(repository, save)(parent, name)
        finally:
            repository.remove()
    return measure


def first_save(case):
    """the first save of the kernel tree, against tar | zstd, restic and borg"""
    parent, name = case.material.kernel, case.material.tree_name
    tar, mine, restic, borg = TarZstd, Backshift, Restic, Borg
    results = case.pairs(fresh(mine, case, parent, name), fresh(tar, case, parent, name), fresh(restic, case, parent, name), fresh(borg, case, parent, name))
    case.compare('kernel tree, first save', results[0], results[1], 'tar \\| zstd -3 -T2', 1.5)
    case.compare('kernel tree, first save', results[0], results[2], 'restic', 0.5)
    case.compare('kernel tree, first save', results[0], results[3], 'borg')
    # A pair by itself: behind borg's save it takes half as long again, since the disk still writes.
    found = case.pairs(fresh(mine, case, parent, name, save='save_found'), fresh(mine, case, parent, name))
    case.compare('kernel tree, paths from `find -print0`', *found, 'its own walk')
    case.report.add_stages('kernel tree, first save', results[0])


def sizes(case):
    """the size of the repository after one and after two versions of the kernel"""
    repositories = [program(case.work, 'sizes') for program in (Backshift, Restic, Borg)]
    parents = [('kernel tree', 0.78, lambda: case.material.kernel), ('both kernel trees', 0.76, lambda: case.material.older_kernel)]
    try:
        for title, target, parent in parents:
            where = parent()
            for repository in repositories:
                run = repository.save(where, case.material.tree_name)
                if repository is repositories[0]:
                    case.report.note_memory([run])
            mine, restic, borg = (repository.size() for repository in repositories)
            case.report.add_sizes(f'{title}, size of the repository', mine, restic, 'restic', target)
            case.report.add_sizes(f'{title}, size of the repository', mine, borg, 'borg')
    finally:
        for repository in repositories:
            repository.remove()


def unchanged(case):
    """a second save of an unchanged tree, with bs-since and without, against restic, borg and find"""
    parent, name = case.material.kernel, case.material.tree_name
    mine, restic, borg = repositories = [program(case.work, 'unchanged') for program in (Backshift, Restic, Borg)]
    try:
        for repository in repositories:
            repository.save(parent, name)
        before = mine.size()
        pipeline.warm(parent, name)
        mine.save_again(parent, name)
        case.report.add_amount('kernel tree, second save, unchanged, adds', mine.size() - before, 100e3)
        results = case.pairs(lambda: mine.save_again(parent, name), lambda: restic.save(parent, name), lambda: borg.save(parent, name),
                             lambda: pipeline.run(['find', name, '-printf', '%s %p\\n'], cwd=parent), lambda: mine.save(parent, name))
        case.compare('kernel tree, second save, unchanged', results[0], results[1], 'restic', 0.25)
        case.compare('kernel tree, second save, unchanged', results[0], results[2], 'borg')
        case.compare('kernel tree, second save, unchanged', results[0], results[3], "find -printf '%s %p'", 3)
        case.compare('the same without bs-since', results[4], results[1], 'restic')
    finally:
        for repository in repositories:
            repository.remove()


def collect(case):
    """the oldest of two kernel versions is deleted, and its space given back, against restic forget --prune and borg delete and compact"""
    older, parent, name = case.material.older_kernel, case.material.kernel, case.material.tree_name
    repositories = [program(case.work, 'collect') for program in (Backshift, Restic, Borg)]

    def forget(repository):
        def measure():
            # A new copy for each run, with what the program keeps besides: what was collected cannot be collected again.
            copy(repository, '-both', '')
            run = repository.forget_first()
            left[repository.title] = repository.size()
            return run
        return measure

    def copy(repository, source, target):
        for part in ('', '-base', '-cache'):
            if os.path.exists(f'{repository.directory}{part}{source}'):
                shutil.rmtree(f'{repository.directory}{part}{target}', ignore_errors=True)
                shutil.copytree(f'{repository.directory}{part}{source}', f'{repository.directory}{part}{target}', symlinks=True)

    left = {}
    try:
        for repository in repositories:
            for where in (older, parent):
                repository.save(where, name)
            copy(repository, '', '-both')
        results = case.pairs(*(forget(repository) for repository in repositories))
        case.compare('the older of two kernel savesets deleted and collected', results[0], results[1], 'restic forget --prune', 0.333)
        case.compare('the older of two kernel savesets deleted and collected', results[0], results[2], 'borg delete, borg compact', 0.8)
        for title in ('restic', 'borg'):
            case.report.add_sizes('both kernel trees, the older one collected: size', left['backshift'], left[title], title)
    finally:
        for repository in repositories:
            for part in ('', '-base', '-cache'):
                shutil.rmtree(f'{repository.directory}{part}-both', ignore_errors=True)
            repository.remove()


def following(case):
    """the next version of the kernel: its time and what it adds, against restic and bup; reading with and without deltas"""
    older, parent, name = case.material.older_kernel, case.material.kernel, case.material.tree_name

    def after(program, save):
        def measure():
            repository = program(case.work, 'following')
            try:
                repository.save(older, name)
                before = repository.size()
                pipeline.warm(parent, name)
                run = getattr(repository, save)(parent, name)
                added[repository.title, save] = repository.size() - before
                return run
            finally:
                repository.remove()
        return measure

    added = {}
    programs = [(Backshift, 'save_again'), (Restic, 'save'), (Bup, 'save'), (Backshift, 'save_whole')]
    results = case.pairs(*(after(program, save) for program, save in programs))
    case.compare('kernel tree after its earlier version', results[0], results[1], 'restic', 0.5)
    case.compare('kernel tree after its earlier version', results[0], results[2], 'bup')
    case.report.add_amount('kernel tree after its earlier version, adds', added['backshift', 'save_again'], 6e6)
    for program, save in programs[1:]:
        title = f'{program.title} --no-delta' if save == 'save_whole' else program.title
        case.report.add_sizes('kernel tree after its earlier version, adds', added['backshift', 'save_again'], added[program.title, save], title)

    whole, deltas = (Backshift(case.work, label) for label in ('whole', 'deltas'))
    try:
        for repository, save in ((whole, 'save_whole'), (deltas, 'save')):
            repository.save(older, name)
            getattr(repository, save)(parent, name)
        case.compare('kernel tree with deltas as a tar stream', *case.pairs(deltas.tar, whole.tar), 'without deltas', 1.5)
    finally:
        whole.remove()
        deltas.remove()


def edits(case):
    """a disk image of 1.3 GB with 100 small edits, against restic"""
    before, after = case.material.image, case.material.edited_image
    mine, restic = repositories = [program(case.work, 'edits') for program in (Backshift, Restic)]
    try:
        sizes, runs = [], []
        for repository in repositories:
            repository.save(before, 'disk.img')
            was = repository.size()
            runs.append(repository.save_again(after, 'disk.img'))
            sizes.append(repository.size() - was)
        case.compare('disk image with 100 small edits', [runs[0]], [runs[1]], 'restic')
        case.report.add_amount('disk image with 100 small edits, adds', sizes[0], 0.7e6)
        case.report.add_sizes('disk image with 100 small edits, adds', sizes[0], sizes[1], 'restic')
    finally:
        for repository in repositories:
            repository.remove()


def image(case):
    """a disk image of 1.3 GB"""
    parent = case.material.image
    results = case.pairs(fresh(Backshift, case, parent, 'disk.img'), fresh(Restic, case, parent, 'disk.img'))
    case.compare('disk image of 1.3 GB, first save', *results, 'restic', 0.667)


def random(case):
    """512 MiB of random data"""
    parent = case.material.random
    results = case.pairs(fresh(Backshift, case, parent, 'random.bin'), fresh(Restic, case, parent, 'random.bin'))
    case.compare('512 MiB of random data, first save', *results, 'restic', 0.5)


def reading(case):
    """bs-tar, bs-ls and bs-cat of the kernel tree, against restic dump and restic ls"""
    parent, name = case.material.kernel, case.material.tree_name
    mine, restic = (program(case.work, 'reading') for program in (Backshift, Restic))
    file = f'{name}/{FILE}'
    try:
        for repository in (mine, restic):
            repository.save(parent, name)
        questions = [('kernel tree as a tar stream', 'bs-tar', lambda r: r.tar(), 0.4, 1),
                     ('all entries of the kernel tree', 'bs-ls', lambda r: r.list(), 0.15, 3),
                     (f'one file, {FILE}', 'bs-cat', lambda r: r.one_file(parent, file), 0.1, 3)]
        for title, tool, question, target, times in questions:
            if not exists(tool):
                case.report.skip(f'{title} ({tool})', f'{tool} is not there')
                continue
            several = Case(case.work, case.material, case.report, case.runs * times)
            case.compare(f'{title} ({tool})', *several.pairs(lambda: question(mine), lambda: question(restic)), 'restic', target)
    finally:
        mine.remove()
        restic.remove()


def start(case):
    """a pipe of four programs on an empty tree, against four cats"""
    if not exists('bs-ls'):
        raise Missing('bs-ls is not there')
    tools = [[ours('bs-walk'), '.'], [ours('bs-chunk')], [ours('bs-chunk')], [ours('bs-ls'), '-']]
    several = Case(case.work, case.material, case.report, 20 * case.runs)
    mine, cats = several.pairs(lambda: pipeline.run(*tools, cwd=case.material.empty), lambda: pipeline.run(*[['cat']] * 4))
    case.compare('four programs on an empty tree', mine, cats, 'four times cat', 5)


def million(case):
    """a million small files, first and unchanged, beside restic and bup"""
    parent = case.material.million
    repositories = [program(case.work, 'million') for program in (Backshift, Restic, Bup)]
    try:
        first = [repository.save(parent, 'files') for repository in repositories]
        sizes = [repository.size() for repository in repositories]
        again = [repository.save_again(parent, 'files') for repository in repositories]
        for title, runs in (('a million files of 100 to 200 bytes, first save', first), ('a million files, unchanged', again)):
            case.report.note_memory(runs[:1])
            for repository, run in zip(repositories[1:], runs[1:]):
                case.compare(title, [runs[0]], [run], f'{repository.title} (up to {run.peak / 1e6:.0f} MB of memory)')
        for repository, size in zip(repositories[1:], sizes[1:]):
            case.report.add_sizes('a million files, size of the repository', sizes[0], size, repository.title)
    finally:
        for repository in repositories:
            repository.remove()


def large(case):
    """a file of 20 GiB (only with --long)"""
    if shutil.disk_usage(case.work).free < 50 << 30:
        raise Missing('there is no room for 20 GB and what becomes of it')
    run = fresh(Backshift, case, case.material.large, 'large.bin')()
    case.report.add_alone('a file of 20 GiB', run)


def exists(tool):
    try:
        pipeline.run([ours(tool), '--version'], errors='/dev/null')
        return True
    except (pipeline.Failed, OSError):
        return False


ALL = {'save': first_save, 'sizes': sizes, 'unchanged': unchanged, 'next': following, 'collect': collect, 'image': image, 'edits': edits, 'random': random,
       'reading': reading, 'start': start, 'million': million, 'large': large}
LONG = {'large'}
