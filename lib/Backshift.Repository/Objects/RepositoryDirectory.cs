using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Objects;

/// <summary>A repository in a directory: its configuration, and where its objects are.</summary>
public sealed class RepositoryDirectory : IDisposable
{
    // cachedir(7)-style tag, https://bford.info/cachedir/: other backup programs pass the directory over.
    private const string CacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a Backshift repository; see backshift-repository(5).\n";

    private readonly UnixFile mark;

    private RepositoryDirectory(BytePath root, RepositoryConfig config, UnixFile mark)
    {
        Root = root;
        Config = config;
        Publisher = new Publisher(root);
        this.mark = mark;
    }

    public BytePath Root { get; }

    public RepositoryConfig Config { get; }

    public Publisher Publisher { get; }

    /// <summary>Opens a repository.</summary>
    /// <exception cref="BackshiftException">There is none, or its configuration is damaged.</exception>
    public static RepositoryDirectory Open(BytePath root)
    {
        RepositoryConfig config = RepositoryConfig.Read(root);
        return new RepositoryDirectory(root, config, UnixFile.Open(root.Join(RepositoryLayout.ConfigurationName)));
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
        Publisher publisher = new(root);
        publisher.TryPublish(System.Text.Encoding.ASCII.GetBytes(CacheTag), root.Join(RepositoryLayout.CacheTagName));
        RepositoryConfig named = config with { Id = ObjectName.Random() };
        if (!publisher.TryPublish(named.Encode(), root.Join(RepositoryLayout.ConfigurationName)))
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"{root}: there is a repository already");
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
            catch (UnixException e) when (e.Errno is Errno.ENOSYS or Errno.EOPNOTSUPP or Errno.EINVAL)
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
    /// <exception cref="UnixException">A directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListPacks()
    {
        BytePath packs = Root.Join(RepositoryLayout.Packs);
        foreach (BytePath group in DirectoryReader.TryList(packs) ?? [])
        {
            foreach (BytePath file in DirectoryReader.TryList(packs.Join(group)) ?? [])
            {
                if (ObjectName.TryParse(file.Span, out ObjectName name))
                {
                    yield return name;
                }
            }
        }
    }

    /// <summary>The names of all runs that a listing shows.</summary>
    /// <exception cref="UnixException">The directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListRuns()
    {
        foreach (BytePath file in DirectoryReader.TryList(Root.Join(RepositoryLayout.Index)) ?? [])
        {
            if (ObjectName.TryParse(file.Span, out ObjectName name))
            {
                yield return name;
            }
        }
    }

    public void Dispose() => mark.Dispose();
}
