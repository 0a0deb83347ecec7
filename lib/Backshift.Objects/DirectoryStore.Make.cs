using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

public sealed partial class DirectoryStore
{
    // What operating systems and file servers put into directories of their own accord: a disk that was just formatted counts as empty.
    private static readonly string[] LeftBySystems =
    [
        "tmp", "CACHEDIR.TAG", "lost+found", ".DS_Store", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems", "System Volume Information",
        "$RECYCLE.BIN", "desktop.ini", "Thumbs.db", "@eaDir", "#recycle", ".snapshot", ".stfolder", ".stversions", ".stignore",
    ];

    /// <summary>Whether a directory has a configuration, and so is a store, or was one.</summary>
    public static bool Exists(BytePath root) => FileStatus.TryGet(root.Join(ObjectPath.Configuration.Path), out _) == 0;

    /// <summary>
    /// Whether a store could still be made there: the directory is missing or empty. One that has lost its configuration is not vacant. What an interrupted
    /// creation left is not user data, and does not count, nor does what operating systems leave everywhere.
    /// </summary>
    /// <exception cref="StoreException">The directory cannot be read.</exception>
    public static bool IsVacant(BytePath root)
    {
        try
        {
            List<BytePath> names = DirectoryReader.TryList(root) ?? [];

            // Key slots and the mark that listings lag come before the configuration, and after the tag.
            bool isBegun = names.Contains(new BytePath(DirectoryMarks.CacheTag));
            BytePath[] first = [ObjectPath.FolderOf(ObjectType.KeySlot), ObjectPath.FolderOf(ObjectType.Intent)];
            return names.TrueForAll(name => LeftBySystems.Contains(Encoding.UTF8.GetString(name.Span), StringComparer.Ordinal)
                || name.Span.StartsWith(".nfs"u8) || (isBegun && first.Contains(name)));
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    /// <summary>Makes a store in a directory that is missing or empty. It is one once its configuration is published.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="shared">Whether the group of the directory may read and write it; without, only its owner may. Whatever the umask.</param>
    /// <param name="note">Is told what the file system lacks.</param>
    /// <exception cref="BackshiftException">There is something in the directory already, or its group cannot be given the right to write.</exception>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public static DirectoryStore Make(BytePath root, bool shared = false, Action<string>? note = null)
    {
        RefuseOccupied(root);
        HeldDirectory? held = null;
        try
        {
            DurableFile.EnsureDirectory(root);
            held = HeldDirectory.Open(root);
            SetModes(held, shared ? FileModes.GroupFile : 0);
            ApplyMode(held, shared, note);
            if (note is not null)
            {
                Probe(held, note);
            }

            DirectoryStore store = new(held, mark: null);
            held = null;
            store.PublishCacheTag();
            return store;
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <summary>Refuses a place in which no store can be made.</summary>
    /// <exception cref="BackshiftException">There is something already.</exception>
    /// <exception cref="StoreException">The directory cannot be read.</exception>
    public static void RefuseOccupied(BytePath root)
    {
        if (Exists(root))
        {
            throw ExistsAlready(root);
        }

        if (FileStatus.TryGet(root, out FileStatus status) == 0 && status.Kind is not (FileKind.Directory or FileKind.SymbolicLink))
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"{root}: is not a directory");
        }

        if (!IsVacant(root))
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"{root}: is not empty", "name a directory that is empty or does not exist yet");
        }
    }

    /// <summary>Another writer made a store there before us.</summary>
    public static BackshiftException ExistsAlready(BytePath root) => new(ExitCode.CannotCreate, $"{root}: there is already a repository");

    /// <summary>The tag of https://bford.info/cachedir/: other backup programs pass the directory over.</summary>
    private void PublishCacheTag()
    {
        using DurableFile tag = InTemporary(TemporaryPath(), temporary => DurableFile.TryCreate(held, temporary)) ?? throw ExistsAlready(Location);
        tag.Write(DirectoryMarks.CacheSignature);
        tag.Write("\n# This directory is a Backshift repository; see backshift-repository(5).\n"u8);
        _ = tag.TryPublish(new BytePath(DirectoryMarks.CacheTag));
    }

    private static void ApplyMode(HeldDirectory held, bool shared, Action<string>? note)
    {
        int errno = held.TrySetMode(held.DirectoryMode);
        uint mode = held.Status.Mode;
        if (shared && (mode & held.DirectoryMode) != held.DirectoryMode)
        {
            throw new BackshiftException(
                ExitCode.NotPermitted,
                $"{held.Path}: cannot be shared with its group: its mode is {Octal(mode)}, and cannot be made {Octal(held.DirectoryMode)}"
                + (errno != 0 ? $" ({Errno.Describe(errno)})" : ""),
                "become its owner and a member of its group, on a file system that keeps modes");
        }

        if (mode != held.DirectoryMode)
        {
            note?.Invoke($"{held.Path}: its mode remains {Octal(mode)}");
        }
    }

    private static void Probe(HeldDirectory held, Action<string> note)
    {
        held.EnsureDirectory(Temporary);
        Weaknesses found = held.FindWeaknesses(TemporaryPath(), TemporaryPath());
        foreach ((Weaknesses weakness, string words) in ((Weaknesses, string)[])
        [
            (Weaknesses.NoExclusiveRename, "has neither exclusive renaming nor hard links: "
                + "of two savesets of one host that began in the same second and end in the same instant, one may be lost"),
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
