"""The cases: what is measured, against whom, and what is to be reached."""
import shutil

import pipeline
from material import Missing
from programs import Backshift, Borg, Restic, TarZstd, ours

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
            return getattr(repository, save)(parent, name)
        finally:
            repository.remove()
    return measure


def first_save(case):
    """the first save of the kernel tree, against tar | zstd, restic and borg"""
    parent, name = case.material.kernel, case.material.tree_name
    tar, mine, restic, borg, found = TarZstd, Backshift, Restic, Borg, Backshift
    results = case.pairs(fresh(mine, case, parent, name), fresh(tar, case, parent, name), fresh(restic, case, parent, name), fresh(borg, case, parent, name),
                         fresh(found, case, parent, name, save='save_found'))
    case.compare('kernel tree, first save', results[0], results[1], 'tar \\| zstd -3 -T2', 1.5)
    case.compare('kernel tree, first save', results[0], results[2], 'restic', 0.5)
    case.compare('kernel tree, first save', results[0], results[3], 'borg')
    case.compare('the same, paths from `find -print0`', results[4], results[1], 'tar \\| zstd -3 -T2')
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
    """a second save of an unchanged tree"""
    parent, name = case.material.kernel, case.material.tree_name
    repositories = [program(case.work, 'unchanged') for program in (Backshift, Restic, Borg)]
    try:
        for repository in repositories:
            repository.save(parent, name)
        results = case.pairs(*(lambda repository=repository: repository.save(parent, name) for repository in repositories))
        case.compare('kernel tree, second save, unchanged', results[0], results[1], 'restic')
        case.compare('kernel tree, second save, unchanged', results[0], results[2], 'borg')
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
        questions = [('kernel tree as a tar stream', 'bs-tar', lambda r: r.tar(), 0.4, 1), ('all entries of the kernel tree', 'bs-ls', lambda r: r.list(), 0.15, 3),
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
    """a million small files"""
    run = fresh(Backshift, case, case.material.million, 'files')()
    case.report.add_alone('a million files of 100 to 200 bytes', run)


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


ALL = {'save': first_save, 'sizes': sizes, 'unchanged': unchanged, 'image': image, 'random': random, 'reading': reading, 'start': start,
       'million': million, 'large': large}
LONG = {'large'}
