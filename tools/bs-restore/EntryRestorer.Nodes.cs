using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Restore;

internal sealed partial class EntryRestorer
{
    /// <summary>Makes a symbolic link, a fifo, a socket or a device.</summary>
    internal void RestoreNode(EntryRecord entry)
    {
        if (entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice && entry.RdevMajor is null)
        {
            LeaveOut(entry, "is a device without numbers; left out");
            return;
        }

        if (!TryEnter(entry, out UnixFile? parent))
        {
            return;
        }

        byte[] name = NameOf(entry);
        bool isThere = FileStatus.TryGet(parent, name, out FileStatus status) == 0;
        if (isThere && IsSameNode(parent, name, entry, status))
        {
            UpdateNode(parent, entry, status);
            return;
        }

        Show(entry, isThere);
        if (options.DryRun)
        {
            return;
        }

        Changes++;
        byte[] made = isThere ? TemporaryNames.New().Terminated() : name;
        int errno = Make(parent, made, entry);
        if (errno != 0)
        {
            FailNode(entry, errno);
            return;
        }

        using UnixFile? node = UnixFile.TryOpen(parent, new BytePath(made.AsSpan(0, made.Length - 1)), OpenFor.Passage | OpenFor.NoFollow, out errno);
        if (node is null || EntryTypes.Of(FileStatus.Of(node).Kind) != entry.Type)
        {
            Fail(entry, node is null ? errno : Errno.ESTALE, "open");
            return;
        }

        metadata.Apply(node, entry, null);
        if (isThere)
        {
            _ = TryReplace(parent, new BytePath(made.AsSpan(0, made.Length - 1)), entry);
        }
    }

    /// <summary>Gives an entry that was restored another name.</summary>
    internal void RestoreLink(EntryRecord entry)
    {
        BytePath target = new(entry.Target!);
        if (failed.Contains(target.Span))
        {
            LeaveOut(entry, $"left out, as {target}, which it links to");
            return;
        }

        if (!TryEnter(entry, out UnixFile? parent))
        {
            return;
        }

        byte[] name = NameOf(entry);
        bool isThere = FileStatus.TryGet(parent, name, out FileStatus status) == 0;
        UnixFile? other = targets.TryEnter(target.Parent.Span, make: false, out int errno, out _);
        byte[] otherName = new BytePath(target.Name).Terminated();
        FileStatus real = default;
        errno = other is null ? errno : FileStatus.TryGet(other, otherName, out real);
        if (isThere && errno == 0 && real.IsSameFile(status))
        {
            return;
        }

        Show(entry, isThere);
        if (options.DryRun)
        {
            return;
        }

        Changes++;
        errno = errno == 0 && real.Kind == FileKind.Directory ? Errno.EISDIR : errno;
        BytePath made = isThere ? TemporaryNames.New() : new BytePath(entry.Path.Name);
        errno = errno == 0 ? DirectoryChanges.TryLink(other!, otherName, parent, made.Terminated()) : errno;
        if (errno == Errno.EPERM && TryUnguard(other!, target, real))
        {
            errno = DirectoryChanges.TryLink(other!, otherName, parent, made.Terminated());
        }

        if (errno != 0)
        {
            RestoreReport.EndIfHopeless(errno, "link", entry.Path);
            LeaveOut(entry, $"cannot be made a link to {target}: {Errno.Describe(errno)}; left out");
        }
        else if (isThere)
        {
            _ = TryReplace(parent, made, entry);
        }
    }

    /// <summary>Clears the flags that keep a file from being linked until all links are made.</summary>
    private bool TryUnguard(UnixFile parent, BytePath path, in FileStatus status)
    {
        EntryRecord entry = new() { Path = path, Type = EntryType.File, Mtime = status.Mtime, Nlink = status.Nlink };
        if (status.Kind != FileKind.Regular || (InodeFlags.Of(status) & MetadataWriter.Guards) == 0)
        {
            return false;
        }

        using UnixFile? open = ExistingFiles.TryOpen(parent, entry, out FileStatus now, out _);
        if (open is null || !now.IsSameFile(status) || InodeFlags.TryRead(open, out uint flags) != 0
            || InodeChanges.TrySetFlags(open, 0, MetadataWriter.Guards) != 0)
        {
            return false;
        }

        entry.Flags = flags;
        late.AddFile(entry);
        return true;
    }

    private static int Make(UnixFile parent, byte[] name, EntryRecord entry) => entry.Type switch
    {
        EntryType.SymbolicLink => DirectoryChanges.TryMakeSymbolicLink(parent, name, new BytePath(entry.Target!).Terminated()),
        EntryType.Fifo => DirectoryChanges.TryMakeNode(parent, name, FileKind.Fifo, FileModes.PrivateFile, 0, 0),
        EntryType.Socket => DirectoryChanges.TryMakeNode(parent, name, FileKind.Socket, FileModes.PrivateFile, 0, 0),
        _ => DirectoryChanges.TryMakeNode(parent, name,
            entry.Type == EntryType.BlockDevice ? FileKind.BlockDevice : FileKind.CharacterDevice, FileModes.PrivateFile, entry.RdevMajor!.Value,
            entry.RdevMinor ?? 0),
    };

    private static bool IsSameNode(UnixFile parent, byte[] name, EntryRecord entry, in FileStatus status) =>
        EntryTypes.Of(status.Kind) == entry.Type && (status.Nlink <= 1 || entry.Nlink > 1) && entry.Type switch
        {
            EntryType.SymbolicLink => FileNames.TryReadLink(parent, name, out _) is { } target && target.AsSpan().SequenceEqual(entry.Target),
            EntryType.CharacterDevice or EntryType.BlockDevice => status.Rdev == (entry.RdevMajor!.Value, entry.RdevMinor ?? 0),
            _ => true,
        };

    /// <summary>What is there is what was saved: only its attributes may differ.</summary>
    private void UpdateNode(UnixFile parent, EntryRecord entry, in FileStatus status)
    {
        using UnixFile? node = OpenToPass(parent, entry, out int errno);
        if (node is null || !FileStatus.Of(node).IsSameFile(status))
        {
            Fail(entry, node is null ? errno : Errno.ESTALE, "open");
        }
        else if (metadata.Differs(node, entry, status))
        {
            lines.Change(entry.Path);
            if (!options.DryRun)
            {
                Changes++;
                metadata.Apply(node, entry, status);
            }
        }
    }

    private void FailNode(EntryRecord entry, int errno)
    {
        if (errno == Errno.EPERM && entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice)
        {
            failed.Add(entry);
            report.Refused(Refusal.Device, entry.Path, $"a device cannot be made: {Errno.Describe(errno)}");
            return;
        }

        Fail(entry, errno, entry.Type == EntryType.SymbolicLink ? "symlink" : "mknod");
    }

    private void Show(EntryRecord entry, bool isThere)
    {
        if (isThere)
        {
            lines.Change(entry.Path);
        }
        else
        {
            lines.Add(entry.Path);
        }
    }

    /// <summary>Renames what was made under a temporary name. If what has the name cannot be replaced, the new one goes, and that is reported.</summary>
    private bool TryReplace(UnixFile parent, BytePath made, EntryRecord entry)
    {
        byte[] temporaryName = made.Terminated(), name = NameOf(entry);
        int errno = DirectoryChanges.TryRename(parent, temporaryName, name);
        if (errno is Errno.EISDIR or Errno.EPERM && FileStatus.TryGet(parent, name, out FileStatus now) == 0)
        {
            if (!TryRemove(parent, name, entry, now))
            {
                _ = DirectoryChanges.TryDelete(parent, temporaryName);
                return false;
            }

            errno = DirectoryChanges.TryRename(parent, temporaryName, name);
        }

        if (errno != 0)
        {
            _ = DirectoryChanges.TryDelete(parent, temporaryName);
            Fail(entry, errno, "rename");
        }

        return errno == 0;
    }

    /// <summary>Removes what is in the place of an entry of another kind. If it may not or cannot be removed, that is reported.</summary>
    private bool TryRemove(UnixFile parent, byte[] name, EntryRecord entry, in FileStatus status)
    {
        Changes++;
        bool directory = status.Kind == FileKind.Directory;
        int errno = DirectoryChanges.TryDelete(parent, name, directory);
        if (errno == Errno.EPERM && TryUnguard(parent, name, entry, status))
        {
            errno = DirectoryChanges.TryDelete(parent, name, directory);
        }

        if (errno is Errno.ENOTEMPTY or Errno.EEXIST && directory)
        {
            if (!options.Delete)
            {
                LeaveOut(entry, "a directory that is not empty is in its place; left out (--delete removes it)");
                return false;
            }

            if (!removal.TryRemove(parent, name, entry.Path))
            {
                failed.Add(entry);
                return false;
            }

            errno = 0;
        }

        if (errno is not (0 or Errno.ENOENT))
        {
            Fail(entry, errno, directory ? "rmdir" : "unlink");
            return false;
        }

        return true;
    }

    /// <summary>Clears the flags that keep something from being removed; not of a file that has other names, which were not asked for.</summary>
    private static bool TryUnguard(UnixFile parent, byte[] name, EntryRecord entry, in FileStatus status)
    {
        bool isOnly = status.Kind == FileKind.Directory || (status.Kind == FileKind.Regular && status.Nlink <= Math.Max(1, entry.Nlink ?? 1));
        if ((InodeFlags.Of(status) & MetadataWriter.Guards) == 0 || !isOnly)
        {
            return false;
        }

        using UnixFile? open = UnixFile.TryOpen(parent, new BytePath(name.AsSpan(0, name.Length - 1)), OpenFor.NoFollow | OpenFor.NoBlocking, out _);
        return open is not null && FileStatus.Of(open).IsSameFile(status) && InodeChanges.TrySetFlags(open, 0, MetadataWriter.Guards) == 0;
    }
}
