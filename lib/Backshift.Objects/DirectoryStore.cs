using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

/// <summary>
/// A store in a directory, which is held: whatever is moved, mounted or unmounted at its path meanwhile, it stays the same directory. No symbolic link below it
/// is followed, and nothing is taken for an object that is no regular file.
/// </summary>
public sealed partial class DirectoryStore : IObjectStore
{
    private readonly HeldDirectory held;

    // The configuration, open for as long as the store: it is what writers lock.
    private UnixFile? mark;

    // The one that was damaged and gave way to a whole one: leases may be on it.
    private UnixFile? formerMark;

    private DirectoryStore(HeldDirectory held, UnixFile? mark)
    {
        this.held = held;
        this.mark = mark;
    }

    public bool HasExclusiveNames => held.IsRenameExclusive;

    public bool IsImmediate => held.IsLocal;

    public BytePath Location => held.Path;

    /// <summary>Whether what is published leaves the page cache at once.</summary>
    public bool LeavesCache { get; init; }

    /// <summary>Opens the store in a directory that has a configuration.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="leavesCache">Whether what is published leaves the page cache at once.</param>
    /// <exception cref="BackshiftException">There is none.</exception>
    /// <exception cref="StoreException">The system refused.</exception>
    public static DirectoryStore Open(BytePath root, bool leavesCache = false)
    {
        HeldDirectory? held = null;
        UnixFile? mark = null;
        try
        {
            held = HeldDirectory.TryOpen(root, out int errno)
                ?? throw (errno is Errno.ENOENT or Errno.ENOTDIR ? NoRepository(root) : StoreException.Of(new UnixException(errno, "open", root.ToString())));
            BytePath path = root.Join(ObjectPath.Configuration.Path);
            mark = held.TryOpenRegular(ObjectPath.Configuration.Path, out errno, out bool otherKind, out FileStatus status)
                ?? throw (otherKind ? NotRegular(path)
                    : errno == Errno.ENOENT ? NoRepository(root)
                    : StoreException.Of(new UnixException(errno, "open", path.ToString())));

            // The mode of the configuration is that of all files; see backshift-repository(5), "Modes".
            SetModes(held, status.Mode & FileModes.AllFile);
            DirectoryStore store = new(held, mark) { LeavesCache = leavesCache };
            held = null;
            mark = null;
            return store;
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
        finally
        {
            mark?.Dispose();
            held?.Dispose();
        }
    }

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        UnixFile? file = null;
        count = 0;
        try
        {
            bool isMark = path.Type == ObjectType.Configuration && mark is not null;
            FileStatus status;
            if (isMark)
            {
                file = mark!;
                status = FileStatus.Of(file);
            }
            else
            {
                file = held.TryOpenRegular(path.Path, out int errno, out bool otherKind, out status);
                if (file is null)
                {
                    return errno == Errno.ENOENT && !otherKind ? null : throw FaultOf(path.Path, errno, otherKind);
                }
            }

            // No more than there is: to come upon the end of a file takes a call of its own.
            Span<byte> wanted = buffer[..(int)Math.Min(buffer.Length, status.Size)];
            if (!wanted.IsEmpty)
            {
                count = file.ReadAt(wanted, end == ObjectEnd.Head ? 0 : status.Size - wanted.Length);
            }

            StoredFile opened = new(file, status, isOwner: !isMark);
            file = null;
            return opened;
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
        finally
        {
            if (file != mark)
            {
                file?.Dispose();
            }
        }
    }

    public bool? Exists(ObjectPath path) => held.TryGetStatus(path.Path, out _) switch
    {
        0 => true,
        Errno.ENOENT => false,
        _ => null,
    };

    public bool Delete(ObjectPath path)
    {
        int errno = held.TryDelete(path.Path);
        if (errno is 0 or Errno.ENOENT)
        {
            return true;
        }

        StoreException trouble = StoreException.Of(new UnixException(errno, "unlink", Location.Join(path.Path).ToString()));
        return trouble.Trouble == StoreTrouble.Refused ? false : throw trouble;
    }

    public void Dispose()
    {
        mark?.Dispose();
        formerMark?.Dispose();
        held.Dispose();
    }

    private static void SetModes(HeldDirectory held, uint mode)
    {
        held.FileMode = mode | FileModes.PrivateFile;
        held.DirectoryMode = FileModes.DirectoryFor(held.FileMode);
    }

    private BackshiftException FaultOf(BytePath path, int errno, bool otherKind) =>
        otherKind ? NotRegular(Location.Join(path))
        : errno == Errno.ELOOP ? LiesBeyondLink(path)
        : errno == Errno.ENOTDIR ? IsNoDirectory(path.Parent)
        : StoreException.Of(new UnixException(errno, "open", Location.Join(path).ToString()));

    /// <summary>There is none in a place.</summary>
    public static BackshiftException NoRepository(BytePath root) => new(ExitCode.NoInput, $"{root}: there is no repository", $"make one with: bs-init {root}");

    /// <summary>What is said of a fifo, socket, device, directory or link in the place of an object.</summary>
    private static BackshiftException NotRegular(BytePath shown) => new(ExitCode.DataError, $"{shown}: is not a regular file");

    private BackshiftException IsNoDirectory(BytePath folder) => new(ExitCode.DataError, $"{Location.Join(folder)}: is not a directory");

    private BackshiftException LiesBeyondLink(BytePath path) =>
        new(
            ExitCode.DataError,
            $"{Location.Join(path)}: is, or leads through, a symbolic link, which is not followed inside a repository",
            "move the directory itself there");
}
