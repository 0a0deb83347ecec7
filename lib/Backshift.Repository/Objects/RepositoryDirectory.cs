using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Objects;

/// <summary>A repository in a directory: its configuration, and where its objects are.</summary>
public sealed class RepositoryDirectory : IDisposable
{
    // cachedir(7)-style tag, https://bford.info/cachedir/: other backup programs pass the directory over.
    private const string CacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a Backshift repository; see backshift-repository(5).\n";

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

    /// <summary>
    /// Whether a repository could still be made there: the directory is missing or empty. One that has lost its configuration is not vacant. What an interrupted
    /// creation left is not somebody's data, and does not count.
    /// </summary>
    /// <exception cref="UnixException">The directory cannot be read.</exception>
    public static bool IsVacant(BytePath root) =>
        (DirectoryReader.TryList(root) ?? []).TrueForAll(static name => name.Span.SequenceEqual("tmp"u8) || name.Span.SequenceEqual("CACHEDIR.TAG"u8));

    /// <summary>Makes a repository in a directory that is missing or empty.</summary>
    /// <exception cref="BackshiftException">There is something in the directory already.</exception>
    /// <exception cref="UnixException">It cannot be written.</exception>
    public static RepositoryDirectory Create(BytePath root, RepositoryConfig config)
    {
        if (FileStatus.TryGet(root.Join(RepositoryLayout.ConfigurationName), out _) == 0)
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"{root}: there is a repository already");
        }

        if (FileStatus.TryGet(root, out FileStatus status) == 0 && status.Kind is not (FileKind.Directory or FileKind.SymbolicLink))
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"{root}: is not a directory");
        }

        if (!IsVacant(root))
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"{root}: is not empty", "name a directory that is empty or does not exist yet");
        }

        DurableFile.EnsureDirectory(root);
        using (HeldDirectory held = HeldDirectory.Open(root))
        {
            Publisher publisher = new(held);
            publisher.TryPublish(System.Text.Encoding.ASCII.GetBytes(CacheTag), BytePath.Of(RepositoryLayout.CacheTagName));
            RepositoryConfig named = config with { Id = ObjectName.Random() };
            if (!publisher.TryPublish(named.Encode(), BytePath.Of(RepositoryLayout.ConfigurationName)))
            {
                throw new BackshiftException(ExitCode.CannotCreate, $"{root}: there is a repository already");
            }
        }

        return Open(root);
    }

    /// <summary>Tells collectors that somebody writes, for as long as this object lives.</summary>
    /// <exception cref="BackshiftException">A collector is at work.</exception>
    public void LockForWriting()
    {
        // Whoever makes the repository at this moment still holds the lock of a temporary file; that is over at once.
        const int Tries = 40;
        bool locked = false;
        for (int i = 0; i < Tries && !locked; i++)
        {
            try
            {
                locked = mark.TryLock(exclusive: false);
            }
            catch (UnixException e) when (Errno.MeansNoLocks(e.Errno))
            {
                return;
            }

            if (!locked)
            {
                Thread.Sleep(25);
            }
        }

        if (!locked)
        {
            throw new BackshiftException(ExitCode.Busy, $"{Root}: a collection is at work", "try again when it is done");
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
        Errno.ENOTDIR => throw new BackshiftException(ExitCode.DataError, $"{Root.Join(folder)}: is not a directory"),
        Errno.ELOOP => throw new BackshiftException(ExitCode.DataError, $"{Root.Join(folder)}: is a symbolic link, which is not followed inside a repository", "move the directory itself there"),
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

        throw otherKind ? NotRegular(Root.Join(path)) : errno == Errno.ELOOP
            ? new BackshiftException(ExitCode.DataError, $"{Root.Join(path)}: lies beyond a symbolic link, which is not followed inside a repository", "move the directory itself there")
            : new UnixException(errno, "open", Root.Join(path).ToString());
    }

    /// <summary>As <see cref="TryOpenObject"/>, of a file that has to be there.</summary>
    internal UnixFile OpenObject(BytePath path) => TryOpenObject(path) ?? throw new UnixException(Errno.ENOENT, "open", Root.Join(path).ToString());

    /// <summary>What is said of a fifo, socket, device, directory or link in the place of an object.</summary>
    internal static BackshiftException NotRegular(BytePath shown) => new(ExitCode.DataError, $"{shown}: is not a regular file");

    /// <summary>Whether something lies at a path below the root; false also where that cannot be told.</summary>
    internal bool Exists(BytePath path) => held.TryGetStatus(path, out _) == 0;

    /// <summary>Removes the file of an object, which may be gone already.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    internal void Delete(BytePath path) => held.Delete(path);

    /// <summary>
    /// Makes the name of a pack durable that another writer published: that writer may have been killed before it did so, or its fsync(2) may have failed. To be called
    /// before anything refers to the pack.
    /// </summary>
    /// <exception cref="UnixException">The system refused.</exception>
    internal void SyncDirectoryOf(ObjectName pack) => held.SyncDirectory(RepositoryLayout.Pack(pack).Parent);

    public void Dispose()
    {
        mark.Dispose();
        held.Dispose();
    }
}
