#!/usr/bin/python3
"""Read a Backshift repository without Backshift.

    restore.py REPOSITORY                             the savesets
    restore.py REPOSITORY HOST@TIME                   the entries of one
    restore.py REPOSITORY HOST@TIME TARGET [PATH...]  restore it, or these paths of it, into TARGET, which is new or empty

Written from backshift-repository(5) alone, and mentioned there: your data does not depend on our programs. It needs the three
backshift_*.py beside it, Python 3.9, and Debian's python3-msgpack and python3-zstandard, and
python3-brotli if blocks are compressed with that. Every digest is verified.
Directories and files in TARGET are created and never reached through a symbolic link, so nothing is written outside it,
whatever the repository holds. Owners and devices need root. Inode flags and birth times are not restored; the access time
is set to the modification time. Memory: that of backshift_repository.py, and a few words for every directory
and hard link.

Exit status: 0 done; 3 some entries are not as they were, each is reported; 64 called incorrectly; 65 something cannot be read, each
is reported; 66 no such repository, saveset or path. A damaged pack is reported, and does not matter if all that was asked for was found.
"""
import argparse
import os
import resource
import stat
import sys

import msgpack

from backshift_repository import MAX_LEVEL, Repository, nanoseconds
from backshift_values import Damage, Refused, as_bytes, checked_digest, checked_path, field, order, shown, shown_text, unpack

TYPES = {"file": "-", "dir": "d", "symlink": "l", "fifo": "p", "char": "c", "block": "b", "socket": "s", "link": "h"}


class Log:
    """Reports trouble, and remembers the worst for the exit status."""
    status = 0

    @classmethod
    def say(cls, text, status=0):
        print("restore.py: %s" % shown_text(str(text)), file=sys.stderr)
        cls.status = 65 if 65 in (cls.status, status) else max(cls.status, status)      # damage is the worst


class Wanted:
    """The paths that were asked for, and all that lies in them."""

    def __init__(self, paths):
        self.paths = {path: False for path in paths}     # True once something was found

    def has(self, path):
        for wanted in self.paths:
            if wanted == b"." or path == wanted or path.startswith(wanted + b"/"):
                self.paths[wanted] = True
                return True
        return False

    def meets(self, first, following):
        """Whether something wanted may lie from first up to, not including, following. In order() all that lies in a
        directory is between its path and its path followed by a 1, where a NUL stands for the slash."""
        return any(wanted == b"." or (order(first) < order(wanted) + b"\1"
                                      and (following is None or order(wanted) < order(following)))
                   for wanted in self.paths)


# -- Restoring -------------------------------------------------------------------------------------------------------------

class Target:
    """A directory tree that is written. Directories are entered one by one, by descriptor, and never through a link; so a path may
    also be longer than the system allows in one call."""

    def __init__(self, path):
        os.makedirs(path, exist_ok=True)
        if os.listdir(path):
            raise Refused("%s is not empty" % shown(path), 64)
        self.stack = [(b"", os.open(path, os.O_RDONLY | os.O_DIRECTORY))]      # name and descriptor, from TARGET downwards

    def enter(self, path):
        """The descriptor of the directory at this path, made if it is missing; valid until the next call."""
        parts = [] if path in (b"", b".") else path.split(b"/")
        same = 0
        while same < len(parts) and same + 1 < len(self.stack) and self.stack[same + 1][0] == parts[same]:
            same += 1
        for _, descriptor in self.stack[same + 1:]:
            os.close(descriptor)
        del self.stack[same + 1:]
        for part in parts[same:]:
            above = self.stack[-1][1]
            try:
                os.mkdir(part, 0o700, dir_fd=above)
            except FileExistsError:
                pass
            self.stack.append((part, os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)))
        return self.stack[-1][1]

    def place(self, path):
        """The descriptor of the parent, and the name in it."""
        parent, _, name = path.rpartition(b"/")
        return self.enter(parent), name


def without_nul(name):
    """The page allows no NUL in a target or the name of an attribute, and the system would take what is before it."""
    if b"\0" in name:
        raise Damage("%s: has a NUL in it" % shown(name))
    return name


class Restore:
    def __init__(self, repository, body, target, paths):
        self.repository, self.body, self.target = repository, body, Target(target)
        self.wanted = Wanted(paths) if paths else None
        self.directories = []     # (path, entry without content): their times and modes come last
        self.links = []           # (path, path of the target): the target may sort after it
        self.stands_for = {}      # target -> path at which its content is, where the target itself was not asked for

    def run(self):
        root, level = root_of(self.body)
        if root is not None:
            for path, entry in self.repository.entries(root, level, self.wanted):
                self.guard(path, self.entry, path, entry)
            for path, target in self.links:
                self.guard(path, self.link, path, target, root, level)
            for path, entry in reversed(self.directories):      # those below first
                self.guard(path, self.directory_attributes, path, entry)
        for path, found in self.wanted.paths.items() if self.wanted else ():
            if not found:
                Log.say("%s: not in this saveset" % shown(path), 66)

    @staticmethod
    def guard(path, action, *arguments):
        """Trouble with one entry is named, and the others are still restored."""
        try:
            action(*arguments)
        except (Damage, msgpack.exceptions.UnpackException, ValueError, TypeError, AttributeError) as damage:
            Log.say("%s: %s" % (shown(path), damage), 65)
        except (OSError, OverflowError) as error:
            Log.say("%s: %s" % (shown(path), getattr(error, "strerror", None) or error), 3)

    def entry(self, path, entry):
        kind, mode = field(entry, "type", str), field(entry, "mode", int, 0o600)
        if kind == "link":
            self.links.append((path, checked_path(field(entry, "target", bytes))))
            return
        if "problem" in entry:
            Log.say("%s: was stored with a problem: %s" % (shown(path), entry["problem"]))
        if kind not in TYPES:
            Log.say("%s: has the type %s, which is not known here; left out" % (shown(path), ascii(kind)), 3)
            return
        if kind == "dir":
            self.target.enter(path)
            self.directories.append((path, {k: v for k, v in entry.items() if k in ("mode", "uid", "gid", "mtime", "xattrs")}))
            return
        directory, name = self.target.place(path)
        if kind == "file":
            return self.file(directory, name, entry)
        if kind == "symlink":
            os.symlink(without_nul(field(entry, "target", bytes, b"")), name, dir_fd=directory)
        elif kind in ("fifo", "socket"):
            os.mknod(name, 0o600 | (stat.S_IFIFO if kind == "fifo" else stat.S_IFSOCK), dir_fd=directory)
        elif kind in ("char", "block"):
            major, minor = field(entry, "rdev", list, [-1, -1])
            if (major, minor) == (-1, -1):
                raise Damage("a device without a number")
            os.mknod(name, 0o600 | (stat.S_IFCHR if kind == "char" else stat.S_IFBLK), os.makedev(major, minor), dir_fd=directory)
        self.attributes(directory, name, entry, None if kind == "symlink" else mode)

    def file(self, directory, name, entry):
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=directory)
        try:
            with open(descriptor, "wb") as file:
                size = 0
                for digest, length in self.repository.content(entry):
                    size += length
                    if digest is None:
                        file.seek(length, os.SEEK_CUR)
                        continue
                    content = self.repository.chunk(digest)
                    if len(content) != length:
                        raise Damage("chunk %s has the wrong length" % digest.hex())
                    file.write(content)
                file.truncate(size)       # a hole at the end
            if size != field(entry, "size", int, size):
                raise Damage("its content is %d bytes long, not %d" % (size, entry["size"]))
        except Exception:
            os.unlink(name, dir_fd=directory)       # rather no file than a wrong one
            raise
        self.attributes(directory, name, entry, field(entry, "mode", int, 0o600))

    def link(self, path, target, root, level):
        target = self.stands_for.get(target, target)
        directory, name = self.target.place(target)
        try:
            os.stat(name, dir_fd=directory, follow_symlinks=False)
        except FileNotFoundError:
            # Only the link was asked for, not what it is a link to: the first of them becomes the file.
            for found, entry in self.repository.entries(root, level, Wanted([target])):
                if found == target and entry.get("type") not in ("link", "dir"):
                    self.stands_for[target] = path
                    return self.entry(path, entry)
                break
            raise Damage("is a link to %s, which is not stored" % shown(target)) from None
        directory = os.dup(directory)
        try:
            new_directory, new_name = self.target.place(path)
            os.link(name, new_name, src_dir_fd=directory, dst_dir_fd=new_directory, follow_symlinks=False)
        finally:
            os.close(directory)

    def directory_attributes(self, path, entry):
        descriptor = self.target.enter(path)
        self.attributes(descriptor, b".", entry, field(entry, "mode", int, 0o700))

    @staticmethod
    def attributes(directory, name, entry, mode):
        """Owner first, since a change of it clears setuid and capabilities; attributes before the mode may forbid them; times last.
        Each is tried even if one before it failed."""
        failed = None
        here = b"/proc/self/fd/%d/%s" % (directory, name)        # there is no lsetxattrat
        uid, gid = field(entry, "uid", int, -1), field(entry, "gid", int, -1)

        def attempt(call, *arguments, **keywords):
            nonlocal failed
            try:
                call(*arguments, **keywords)
            except OSError as error:
                failed = failed or error

        if os.geteuid() == 0 and (uid, gid) != (-1, -1):
            attempt(os.chown, name, uid, gid, dir_fd=directory, follow_symlinks=False)
        for key, value in field(entry, "xattrs", dict, {}).items():
            attempt(os.setxattr, here, without_nul(as_bytes(key)), as_bytes(value), follow_symlinks=False)
        if mode is not None:
            attempt(os.chmod, name, stat.S_IMODE(mode), dir_fd=directory)      # never a symbolic link: we have just made it
        mtime = nanoseconds(entry, "mtime")
        if mtime is not None:
            attempt(os.utime, name, ns=(mtime, mtime), dir_fd=directory, follow_symlinks=False)
        if failed:
            raise failed


# -- What is shown ---------------------------------------------------------------------------------------------------------

def root_of(body):
    level = field(body, "level", int, 0)
    if level > MAX_LEVEL:
        raise Damage("a tree of too many levels")
    root = field(body, "root", bytes)
    return None if root is None else checked_digest(root), level


def list_savesets(repository):
    for name, body in repository.savesets():
        problems = field(field(body, "problems", dict, {}), "count", int, 0)
        print("%s %s entries=%d bytes=%d problems=%d%s" % (
            shown_text(name), "complete" if body.get("complete") is True else "incomplete", field(body, "entries", int, 0),
            field(body, "bytes", int, 0), problems, "".join(" tag=" + shown_text(tag) for tag in field(body, "tags", list, []))))


def list_entries(repository, body):
    root, level = root_of(body)
    if root is not None:
        for path, entry in repository.entries(root, level):
            mtime = nanoseconds(entry, "mtime") or 0
            target = field(entry, "target", bytes)
            print("%s%04o %d %d %d %d.%09d %s%s%s" % (
                TYPES.get(entry.get("type"), "?"), field(entry, "mode", int, 0), field(entry, "uid", int, 0),
                field(entry, "gid", int, 0), field(entry, "size", int, 0), mtime // 10**9, mtime % 10**9, shown(path),
                "" if target is None else " -> " + shown(target), " (problem: %s)" % shown_text(str(entry["problem"])) if "problem" in entry else ""))


def say_problems(repository, body):
    """The problem records that were kept with a saveset: a stream of their own."""
    problems = field(body, "problems", dict, {})
    try:
        for digest, _ in repository.content(problems):
            # Each chunk holds whole records.
            for record in unpack(repository.chunk(checked_digest(digest)), "problems"):
                path, text = field(record, "path", bytes), field(record, "text", str, "")
                Log.say("when it was saved: %s%s" % (shown(path) + ": " if path else "", text))
    except (Damage, AttributeError) as damage:
        Log.say("the list of problems is lost: %s" % damage, 65)


def refuse_without_data(repository, name, body):
    when = repository.data_expired(name, body)
    if when is not None:
        raise Refused("the data of %s was expired %d seconds after 1970; only its metadata is kept" % (shown_text(name), when.seconds), 66)


def main():
    class Parser(argparse.ArgumentParser):
        def error(self, message):
            self.exit(64, "restore.py: %s\n" % message)
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository")
    parser.add_argument("saveset", nargs="?")
    parser.add_argument("target", nargs="?")
    parser.add_argument("paths", nargs="*", type=lambda path: checked_path(os.fsencode(path).strip(b"/") or b"."))
    parser.add_argument("--no-index", action="store_true", help="read the directories of all packs instead")
    given = parser.parse_args()
    # Each directory on the way down is open: a path of 4,000 bytes may be 2,000 of them.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        repository = Repository(os.fsencode(given.repository), Log.say, not given.no_index)
        if given.saveset is None:
            list_savesets(repository)
        else:
            name, body = repository.saveset(given.saveset)
            say_problems(repository, body)
            if given.target is None:
                list_entries(repository, body)
            else:
                refuse_without_data(repository, name, body)
                Restore(repository, body, os.fsencode(given.target), given.paths).run()
        sys.stdout.flush()
    except Refused as refused:
        Log.say(*refused.args)
    except Damage as damage:
        Log.say(damage, 65)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except OSError as error:
        Log.say("%s: %s" % (shown(os.fsencode(error.filename or "")), error.strerror), 65)
    return Log.status


if __name__ == "__main__":
    sys.exit(main())
