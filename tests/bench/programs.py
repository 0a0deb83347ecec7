"""Backshift and its peers: how each of them is called. A repository is a new directory below the work directory."""
import os
import shutil

import pipeline


def ours(name):
    return os.path.join(os.environ['BIN'], name)


def size_of(directory):
    """The bytes of all files, as `du --apparent-size` counts them without directories."""
    return sum(os.lstat(os.path.join(below, name)).st_size for below, _, names in os.walk(directory) for name in names)


class Program:
    """A repository of one of them, with the few things that are measured. What is not under `with` in the timing is not timed."""
    title = None

    def __init__(self, work, label='repository'):
        self.directory = os.path.join(work, f'{type(self).__name__.lower()}-{label}')
        self.log = os.path.join(work, 'errors.log')
        shutil.rmtree(self.directory, ignore_errors=True)
        self.prepare(work)

    def run(self, *commands, **options):
        os.sync()
        return pipeline.run(*commands, env=self.environment, errors=self.log, **options)

    def size(self):
        return size_of(self.directory)

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)


class Backshift(Program):
    title = 'backshift'

    def prepare(self, work):
        # The name of a host has to be given where the machine calls itself localhost.
        self.environment = {'BACKSHIFT_REPOSITORY': self.directory}
        self.saveset = None
        # As borg below; docs/benchmarks.md says which of them encrypt.
        pipeline.run([ours('bs-init'), '--plain', self.directory], errors=self.log)

    def save(self, parent, name):
        return self.saved(self.run([ours('bs-walk'), name], [ours('bs-chunk')], [ours('bs-store'), '--host', 'bench', self.directory], cwd=parent, output=None))

    def save_found(self, parent, name):
        return self.saved(self.run(['find', name, '-print0'], [ours('bs-walk')], [ours('bs-chunk')], [ours('bs-store'), '--host', 'bench', self.directory],
                                   cwd=parent, output=None))

    def save_again(self, parent, name):
        """As every night: what the last saveset knows is not read."""
        store = [ours('bs-store'), '--host', 'bench', self.directory]
        return self.saved(self.run([ours('bs-walk'), '--host', 'bench', name], [ours('bs-since')], [ours('bs-chunk')], store, cwd=parent, output=None))

    def save_whole(self, parent, name):
        """Without deltas."""
        store = [ours('bs-store'), '--host', 'bench', '--no-delta', self.directory]
        return self.saved(self.run([ours('bs-walk'), name], [ours('bs-chunk')], store, cwd=parent, output=None))

    def forget_first(self):
        """The oldest of its savesets, and its space."""
        host = os.path.join(self.directory, 'savesets', 'bench')
        return self.run(['sh', '-c', 'rm "$1" && "$2"', 'sh', os.path.join(host, sorted(os.listdir(host))[0]), ours('bs-collect')])

    def saved(self, result):
        self.saveset = result.output.decode().strip()
        return result

    def tar(self):
        return self.run([ours('bs-tar'), self.saveset])

    def list(self):
        return self.run([ours('bs-ls'), self.saveset])

    def one_file(self, parent, name):
        return self.run([ours('bs-cat'), self.saveset, name])


class Restic(Program):
    title = 'restic'

    def prepare(self, work):
        self.environment = {'RESTIC_PASSWORD': 'bench', 'RESTIC_REPOSITORY': self.directory, 'RESTIC_CACHE_DIR': f'{self.directory}-cache'}
        shutil.rmtree(f'{self.directory}-cache', ignore_errors=True)
        pipeline.run(['restic', '-q', 'init'], env=self.environment, errors=self.log)

    def save(self, parent, name):
        return self.run(['restic', '-q', 'backup', '--host', 'bench', name], cwd=parent)

    save_again = save

    def forget_first(self):
        return self.run(['restic', '-q', 'forget', '--keep-last', '1', '--group-by', '', '--prune'])

    def tar(self):
        return self.run(['restic', '-q', 'dump', '-a', 'tar', 'latest', '/'])

    def list(self):
        return self.run(['restic', '-q', 'ls', 'latest'])

    def one_file(self, parent, name):
        return self.run(['restic', '-q', 'dump', 'latest', f'/{name}'])

    def remove(self):
        super().remove()
        shutil.rmtree(f'{self.directory}-cache', ignore_errors=True)


class Borg(Program):
    title = 'borg'

    def prepare(self, work):
        self.count = 0
        self.environment = {'BORG_BASE_DIR': f'{self.directory}-base', 'BORG_REPO': self.directory, 'BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK': 'yes'}
        shutil.rmtree(f'{self.directory}-base', ignore_errors=True)
        os.makedirs(f'{self.directory}-base')
        pipeline.run(['borg', 'init', '-e', 'none'], env=self.environment, errors=self.log)

    def save(self, parent, name):
        self.count += 1
        return self.run(['borg', 'create', '--compression', 'zstd,3', f'::save{self.count}', name], cwd=parent)

    def forget_first(self):
        return self.run(['sh', '-c', 'borg delete ::save1 && borg compact'])

    def remove(self):
        super().remove()
        shutil.rmtree(f'{self.directory}-base', ignore_errors=True)


class Bup(Program):
    title = 'bup'

    def prepare(self, work):
        # What bup keeps about the files themselves, its index, is a file of the repository too.
        self.environment = {'BUP_DIR': self.directory}
        pipeline.run(['bup', 'init'], env=self.environment, errors=self.log)

    def save(self, parent, name):
        index = self.run(['bup', 'index', name], cwd=parent)
        save = pipeline.run(['bup', 'save', '-q', '-n', 'bench', name], cwd=parent, env=self.environment, errors=self.log)
        return pipeline.Run(index.wall + save.wall, index.stages + save.stages)

    save_again = save


class TarZstd(Program):
    """`tar cf - | zstd -3 -T2` into a file: no repository, but the same work for the disk."""
    title = 'tar | zstd'

    def prepare(self, work):
        self.environment = {}
        os.makedirs(self.directory)

    def save(self, parent, name):
        return self.run(['tar', 'cf', '-', name], ['zstd', '-q', '-3', '-T2'], cwd=parent, output=f'{self.directory}/tar.zst')
