using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Objects;

/// <summary>A repository in a directory: its configuration, and where its objects are.</summary>
public sealed partial class RepositoryDirectory : IDisposable
{
    private readonly HeldDirectory held;
    private readonly UnixFile mark;

    private RepositoryDirectory(HeldDirectory held, RepositoryConfig config, UnixFile mark)
    {
        this.held = held;
        this.mark = mark;
        Config = config;
        Publisher = new Publisher(held);

        // The mode of the configuration is that of all files; see backshift-repository(5), "Modes".
        uint mode = FileStatus.Of(mark).Mode & FileModes.AllFile;
        held.FileMode = mode | FileModes.PrivateFile;
        held.DirectoryMode = FileModes.DirectoryFor(held.FileMode);
    }

    /// <summary>The path that the user gave, for messages.</summary>
    public BytePath Root => held.Path;

    public RepositoryConfig Config { get; }

    public Publisher Publisher { get; }

    /// <summary>Opens a repository.</summary>
    /// <exception cref="BackshiftException">There is none, or its configuration is damaged.</exception>
    public static RepositoryDirectory Open(BytePath root)
    {
        HeldDirectory? held = RepositoryConfig.Hold(root);
        UnixFile? mark = null;
        try
        {
            RepositoryConfig config = RepositoryConfig.Read(held, out mark);
            RepositoryDirectory repository = new(held, config, mark);
            held = null;
            mark = null;
            return repository;
        }
        finally
        {
            mark?.Dispose();
            held?.Dispose();
        }
    }

    /// <summary>The names of all packs that a listing shows.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of a directory.</exception>
    /// <exception cref="UnixException">A directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListPacks()
    {
        BytePath packs = BytePath.Of(RepositoryLayout.Packs);
        foreach (BytePath group in List(packs))
        {
            if (group.Length != 2 || group.Span.ContainsAnyExcept("0123456789abcdef"u8))
            {
                continue;
            }

            foreach (BytePath file in List(packs.Join(group)))
            {
                if (ObjectName.TryParse(file.Span, out ObjectName name) && file.Span.StartsWith(group.Span))
                {
                    yield return name;
                }
            }
        }
    }

    /// <summary>The names of all runs that a listing shows.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of the directory.</exception>
    /// <exception cref="UnixException">The directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListRuns() => ListNames(RepositoryLayout.Index);

    /// <summary>The names of all condemned lists that a listing shows.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of the directory.</exception>
    /// <exception cref="UnixException">The directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListCondemned() => ListNames(RepositoryLayout.Condemned);

    private IEnumerable<ObjectName> ListNames(string kind)
    {
        foreach (BytePath file in List(BytePath.Of(kind)))
        {
            if (ObjectName.TryParse(file.Span, out ObjectName name))
            {
                yield return name;
            }
        }
    }

    /// <summary>The names in a directory of the repository, sorted by byte; none where it is missing.</summary>
    /// <param name="folder">Its path below the root.</param>
    /// <exception cref="BackshiftException">Something else is in its place, a symbolic link for instance.</exception>
    /// <exception cref="UnixException">It cannot be read.</exception>
    internal List<BytePath> List(BytePath folder) => held.TryList(folder, out int errno) ?? errno switch
    {
        Errno.ENOENT => [],
        Errno.ENOTDIR => throw IsNoDirectory(folder),
        Errno.ELOOP => throw LiesBeyondLink(folder),
        _ => throw new UnixException(errno, "open", Root.Join(folder).ToString()),
    };

    /// <summary>Opens the file of an object for reading.</summary>
    /// <param name="path">Its path below the root.</param>
    /// <returns>Null if it is gone.</returns>
    /// <exception cref="BackshiftException">There is something else than a regular file.</exception>
    /// <exception cref="UnixException">It cannot be opened.</exception>
    internal UnixFile? TryOpenObject(BytePath path)
    {
        UnixFile? file = held.TryOpenRegular(path, out int errno, out bool otherKind);
        if (file is not null || (errno == Errno.ENOENT && !otherKind))
        {
            return file;
        }

        throw otherKind ? NotRegular(Root.Join(path))
            : errno == Errno.ELOOP
            ? LiesBeyondLink(path)
            : errno == Errno.ENOTDIR ? IsNoDirectory(path.Parent) : new UnixException(errno, "open", Root.Join(path).ToString());
    }

    /// <summary>As <see cref="TryOpenObject"/>, of a file that has to be there.</summary>
    internal UnixFile OpenObject(BytePath path) => TryOpenObject(path) ?? throw new UnixException(Errno.ENOENT, "open", Root.Join(path).ToString());

    /// <summary>What is said of a fifo, socket, device, directory or link in the place of an object.</summary>
    internal static BackshiftException NotRegular(BytePath shown) => new(ExitCode.DataError, $"{shown}: is not a regular file");

    private BackshiftException IsNoDirectory(BytePath folder) => new(ExitCode.DataError, $"{Root.Join(folder)}: is not a directory");

    private BackshiftException LiesBeyondLink(BytePath path) =>
        new(ExitCode.DataError, $"{Root.Join(path)}: is, or leads through, a symbolic link, which is not followed inside a repository", "move the directory itself there");

    /// <summary>Whether something lies at a path below the root; false also where that cannot be told.</summary>
    internal bool Exists(BytePath path) => held.TryGetStatus(path, out _) == 0;

    /// <summary>Whether a regular file lies at a path below the root.</summary>
    internal bool IsFile(BytePath path) => held.TryGetStatus(path, out FileStatus status) == 0 && status.Kind == FileKind.Regular;

    /// <summary>Whether nothing lies at a path below the root any more; false also where that cannot be told.</summary>
    internal bool IsGone(BytePath path) => held.TryGetStatus(path, out _) == Errno.ENOENT;

    /// <summary>Opens a directory of the repository, to lock it; null where that cannot be.</summary>
    internal UnixFile? TryOpenDirectory(BytePath path) => held.TryOpen(path, OpenFor.Directory, out _);

    /// <summary>Removes the file of an object, which may be gone already.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    internal void Delete(BytePath path) => held.Delete(path);

    /// <summary>
    /// Makes the name of a pack durable that another writer published: that writer may have been killed before it did so, or its fsync(2) may have failed. To be called
    /// before anything refers to the pack.
    /// </summary>
    /// <exception cref="UnixException">The system refused.</exception>
    internal void SyncDirectoryOf(ObjectName pack)
    {
        BytePath directory = RepositoryLayout.Pack(pack).Parent;
        held.SyncDirectory(directory);

        // The same writer may have made the directory.
        held.SyncDirectory(directory.Parent);
    }

    /// <summary>
    /// Verifies that the repository's directory is still found at the path that the user gave: not moved, unmounted or replaced meanwhile. To be called before a
    /// program says that it has stored something.
    /// </summary>
    /// <param name="published">What was published, below the root; empty for nothing in particular.</param>
    /// <exception cref="BackshiftException">It is not, and what was stored is elsewhere.</exception>
    /// <exception cref="UnixException">It cannot be told.</exception>
    public void VerifyPlace(BytePath published)
    {
        using HeldDirectory? found = HeldDirectory.TryOpen(Root, out _);
        if (found is not null && IsSameDirectory(found) && (published.IsEmpty || found.TryGetStatus(published, out _) == 0))
        {
            return;
        }

        throw new BackshiftException(
            ExitCode.InputOutput,
            $"{Root}: is no longer the repository that was opened there; it was moved, deleted, unmounted or replaced meanwhile",
            held.FindPlace() is { } place ? $"the stored data is in {place}" : "the stored data is in that directory, wherever it is now");
    }

    // Some network and FUSE file systems give a file another inode number each time that it is looked up; there, a file that is made here and seen there tells.
    private bool IsSameDirectory(HeldDirectory found)
    {
        if (found.Status.IsSameFile(held.Status))
        {
            return true;
        }

        BytePath witness = BytePath.Of(RepositoryLayout.Temporary).Join(ObjectName.Random().ToString());
        try
        {
            held.Create(witness).Dispose();
            return found.TryGetStatus(witness, out _) == 0;
        }
        catch (UnixException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
        finally
        {
            _ = held.TryDelete(witness);
        }
    }

    public void Dispose()
    {
        mark.Dispose();
        held.Dispose();
    }
}
