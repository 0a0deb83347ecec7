using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Objects;

public sealed partial class RepositoryDirectory
{
    // cachedir(7)-style tag, https://bford.info/cachedir/: other backup programs pass the directory over.
    private const string CacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a Backshift repository; see backshift-repository(5).\n";

    // What operating systems and file servers put into directories of their own accord: a disk that was just formatted counts as empty.
    private static readonly string[] LeftBySystems =
    [
        "tmp", CacheTagFile, "lost+found", ".DS_Store", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems", "System Volume Information", "$RECYCLE.BIN",
        "desktop.ini", "Thumbs.db", "@eaDir", "#recycle", ".snapshot", ".stfolder", ".stversions", ".stignore",
    ];

    private const string CacheTagFile = RepositoryLayout.CacheTagName;

    /// <summary>
    /// Whether a repository could still be made there: the directory is missing or empty. One that has lost its configuration is not vacant. What an interrupted
    /// creation left is not somebody's data, and does not count, nor does what operating systems leave everywhere.
    /// </summary>
    /// <exception cref="UnixException">The directory cannot be read.</exception>
    public static bool IsVacant(BytePath root) =>
        (DirectoryReader.TryList(root) ?? []).TrueForAll(static name => LeftBySystems.Contains(Encoding.UTF8.GetString(name.Span), StringComparer.Ordinal) || name.Span.StartsWith(".nfs"u8));

    /// <summary>Makes a repository in a directory that is missing or empty.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="config">What it is made with.</param>
    /// <param name="shared">Whether the group of the directory may read and write it; without, only its owner may. Whatever the umask.</param>
    /// <param name="note">Is told what the file system lacks.</param>
    /// <exception cref="BackshiftException">There is something in the directory already, or its group cannot be given the right to write.</exception>
    /// <exception cref="UnixException">It cannot be written.</exception>
    public static RepositoryDirectory Create(BytePath root, RepositoryConfig config, bool shared = false, Action<string>? note = null)
    {
        if (FileStatus.TryGet(root.Join(RepositoryLayout.ConfigurationName), out _) == 0)
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"{root}: there is already a repository");
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
            held.FileMode = FileModes.PrivateFile | (shared ? FileModes.GroupFile : 0);
            held.DirectoryMode = FileModes.DirectoryFor(held.FileMode);
            SetMode(held, shared, note);
            if (note is not null)
            {
                Probe(held, note);
            }

            Publisher publisher = new(held);
            publisher.TryPublish(Encoding.ASCII.GetBytes(CacheTag), BytePath.Of(RepositoryLayout.CacheTagName));
            RepositoryConfig named = config with { Id = ObjectName.Random() };
            if (!publisher.TryPublish(named.Encode(), BytePath.Of(RepositoryLayout.ConfigurationName)))
            {
                throw new BackshiftException(ExitCode.CannotCreate, $"{root}: there is already a repository");
            }
        }

        return Open(root);
    }

    private static void SetMode(HeldDirectory held, bool shared, Action<string>? note)
    {
        int errno = held.TrySetMode(held.DirectoryMode);
        uint mode = held.Status.Mode;
        if (shared && (mode & held.DirectoryMode) != held.DirectoryMode)
        {
            throw new BackshiftException(
                ExitCode.NotPermitted,
                $"{held.Path}: cannot be shared with its group: its mode is {Octal(mode)}, and cannot be made {Octal(held.DirectoryMode)}{(errno != 0 ? $" ({Errno.Describe(errno)})" : "")}",
                "become its owner and a member of its group, on a file system that keeps modes");
        }

        if (mode != held.DirectoryMode)
        {
            note?.Invoke($"{held.Path}: its mode remains {Octal(mode)}");
        }
    }

    private static void Probe(HeldDirectory held, Action<string> note)
    {
        BytePath temporary = BytePath.Of(RepositoryLayout.Temporary);
        held.EnsureDirectory(temporary);
        Weaknesses found = held.FindWeaknesses(temporary.Join(ObjectName.Random().ToString()), temporary.Join(ObjectName.Random().ToString()));
        foreach ((Weaknesses weakness, string words) in ((Weaknesses, string)[])
        [
            (Weaknesses.NoExclusiveRename, "has neither exclusive renaming nor hard links: if two savesets of one host begin in the same second and end at the same instant, one may be lost"),
            (Weaknesses.NoLocks, "has no locks (flock): programs that delete are not kept from running beside programs that write"),
            (Weaknesses.NoDirectorySync, "cannot sync a directory: the latest data may be lost in a power failure"),
            (Weaknesses.NoModes, "does not keep modes: its mount options decide who may read the repository"),
        ])
        {
            if ((found & weakness) != 0)
            {
                note($"{held.Path}: the file system {words}");
            }
        }
    }

    private static string Octal(uint mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
