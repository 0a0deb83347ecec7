"""What is saved: made once in the work directory, and shared by the cases."""
import functools
import os
import random
import shutil
import subprocess

KERNEL = 'linux-source-6.1'
OLDER = '6.1.170-3'


class Missing(Exception):
    """Something that a case needs is not to be had here."""


def apart(make):
    """Makes something in a process of its own: what the harness has ever held in memory shows in the peaks of the programs that it starts."""
    def property_of(material):
        pid = os.fork()
        if pid == 0:
            status = 70
            try:
                make(material)
                status = 0
            finally:
                os._exit(status)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
            raise Missing(f'{make.__name__} could not be made')
        return material.path(make.__name__)
    property_of.__doc__ = make.__doc__
    return property_of


class Material:
    def __init__(self, work, kernel=None):
        self.work = work
        self.given = kernel

    def path(self, *names):
        return os.path.join(self.work, *names)

    @functools.cached_property
    def kernel(self):
        """The kernel source of the installed package: the directory above it, so that both versions have one name."""
        if self.given:
            return os.path.dirname(os.path.realpath(self.given))
        archive = f'/usr/src/{KERNEL}.tar.xz'
        if not os.path.exists(archive):
            raise Missing(f'no {archive}: apt-get install {KERNEL}')
        return self.unpack(archive, 'kernel')

    @property
    def tree(self):
        return os.path.join(self.kernel, self.tree_name)

    @property
    def tree_name(self):
        return os.path.basename(os.path.realpath(self.given)) if self.given else KERNEL

    @functools.cached_property
    def older_kernel(self):
        """Version 6.1.170-3, from Debian's pool."""
        below = self.path('older')
        os.makedirs(below, exist_ok=True)
        # apt drops its rights for a download, and may not come to our directory with those of its own user.
        fetch = subprocess.run(['apt-get', 'download', '-q', '-o', 'APT::Sandbox::User=root', f'{KERNEL}={OLDER}'], cwd=below, capture_output=True, text=True)
        packages = [name for name in os.listdir(below) if name.endswith('.deb')]
        if fetch.returncode != 0 or not packages:
            raise Missing(f'{KERNEL}={OLDER} cannot be fetched: {(fetch.stderr.strip().splitlines() or ["no reason given"])[-1]}')
        subprocess.run(['dpkg-deb', '-x', packages[0], 'package'], cwd=below, check=True)
        directory = self.unpack(f'{below}/package/usr/src/{KERNEL}.tar.xz', 'older')
        shutil.rmtree(f'{below}/package')
        os.remove(f'{below}/{packages[0]}')
        if self.tree_name != KERNEL:
            os.rename(f'{directory}/{KERNEL}', f'{directory}/{self.tree_name}')
        return directory

    def unpack(self, archive, name):
        directory = self.path(name)
        os.makedirs(directory, exist_ok=True)
        subprocess.run(['tar', 'xf', archive, '-C', directory], check=True)
        return directory

    @functools.cached_property
    @apart
    def image(self):
        """An ext4 image of 1.3 GB, mostly full of files of /usr, without holes: as it would be read from a disk."""
        staging = self.path('staging')
        room = 1150 << 20
        for directory, below, names in os.walk('/usr'):
            below.sort()
            if directory == '/usr' and 'src' in below:
                below.remove('src')
            to = staging + directory
            for name in sorted(names):
                source = os.path.join(directory, name)
                if os.path.islink(source) or not os.path.isfile(source):
                    continue
                size = os.path.getsize(source) + 4096
                if size > room or size > 256 << 20:
                    continue
                os.makedirs(to, exist_ok=True)
                shutil.copy2(source, to)
                room -= size
        directory = self.path('image')
        os.makedirs(directory)
        file = f'{directory}/disk.img'
        subprocess.run(['/sbin/mke2fs', '-q', '-t', 'ext4', '-m', '0', '-N', '200000', '-d', staging, f'{file}.sparse', '1300M'], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(['cp', '--sparse=never', f'{file}.sparse', file], check=True)
        os.remove(f'{file}.sparse')
        shutil.rmtree(staging)

    @functools.cached_property
    @apart
    def edited_image(self):
        """The image with 100 pieces of 100 to 200 bytes written over, each at a place of its own."""
        directory = self.path('edited_image')
        os.makedirs(directory)
        shutil.copy(f'{self.image}/disk.img', directory)
        source = random.Random(100)
        with open(f'{directory}/disk.img', 'r+b', buffering=0) as file:
            pages = os.fstat(file.fileno()).st_size >> 12
            for _ in range(100):
                os.pwrite(file.fileno(), source.randbytes(100 + source.randrange(100)), (source.randrange(pages) << 12) + source.randrange(3000))

    @functools.cached_property
    @apart
    def random(self):
        """512 MiB that cannot be compressed, from a fixed seed."""
        directory = self.path('random')
        os.makedirs(directory)
        source = random.Random(512)
        with open(f'{directory}/random.bin', 'wb') as file:
            for _ in range(512):
                file.write(source.randbytes(1 << 20))

    @functools.cached_property
    @apart
    def million(self):
        """A million files of 100 to 200 bytes, each different."""
        directory = self.path('million')
        source = random.Random(1000)
        for number in range(1000):
            below = f'{directory}/files/{number:03}'
            os.makedirs(below)
            for file in range(1000):
                text = b'%06d ' % (number * 1000 + file) + source.randbytes(60).hex().encode()
                with open(f'{below}/{file:03}', 'wb', buffering=0) as output:
                    output.write(text[:100 + source.randrange(100)])

    @functools.cached_property
    @apart
    def large(self):
        """A file of 20 GiB, half random and half text, no two pages alike."""
        directory = self.path('large')
        os.makedirs(directory)
        source = random.Random(20)
        half = 32 << 20
        text = b''
        for below, _, names in os.walk(self.tree):
            for name in sorted(names):
                file = os.path.join(below, name)
                if len(text) < half and not os.path.islink(file):
                    with open(file, 'rb') as content:
                        text += content.read()
        piece = bytearray(source.randbytes(half) + text[:half])
        pages = len(piece) // 4096
        with open(f'{directory}/large.bin', 'wb', buffering=0) as output:
            for _ in range((20 << 30) // len(piece)):
                for at in range(4):
                    piece[at::4096] = source.randbytes(pages)
                output.write(piece)

    @functools.cached_property
    def empty(self):
        directory = self.path('empty')
        os.makedirs(directory)
        return directory
