using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Remote.Caching;

/// <summary>
/// The folder in which the programs of one user keep what they have read of repositories on other machines, a file for each object. Several programs use it at
/// once. It only helps: whatever is wrong with it, there is no exception, and less is kept.
/// </summary>
internal sealed class CacheFolder : IDisposable
{
    /// <summary>How much is kept if the user says nothing.</summary>
    internal const long UsualLimit = 512 << 20;

    /// <summary>What a file counts for at least, so that their number is bounded too.</summary>
    internal const long LeastCost = 32 << 10;

    private const string Place = "backshift/objects";
    private const uint OfOthers = FileModes.PrivateUmask;
    private const long BlockSize = 512;

    // How much is written before the folder is measured again: a part of its limit.
    private const int Parts = 16;

    private readonly HeldDirectory folder;
    private readonly long limit;
    private readonly Lock gate = new();
    private long unmeasured;
    private bool isMeasured;
    private volatile bool isFull;

    private CacheFolder(HeldDirectory folder, long limit)
    {
        this.folder = folder;
        this.limit = limit;
    }

    /// <summary>The folder of this user, made if it is missing: below $XDG_CACHE_HOME or ~/.cache.</summary>
    /// <param name="limit">How many bytes may be in it.</param>
    /// <returns>Null if there is none, or it is not for this user alone.</returns>
    internal static CacheFolder? TryOpen(long limit)
    {
        BytePath? caches = Variable("XDG_CACHE_HOME") ?? Variable("HOME")?.Join(".cache");
        return caches is { } found ? TryOpenIn(found, limit) : null;
    }

    /// <inheritdoc cref="TryOpen(long)"/>
    /// <param name="caches">Where caches are.</param>
    /// <param name="limit">How many bytes may be in it.</param>
    internal static CacheFolder? TryOpenIn(BytePath caches, long limit)
    {
        HeldDirectory? folder = null;
        try
        {
            if (FileStatus.TryGet(caches, out _) == Errno.ENOENT)
            {
                using HeldDirectory above = HeldDirectory.Open(caches.Parent);
                above.EnsureDirectory(new BytePath(caches.Name));
            }

            // Links are followed to where the user has his caches, and not below it.
            using HeldDirectory place = HeldDirectory.Open(caches);
            BytePath path = BytePath.Of(Place);
            place.EnsureDirectory(path);
            using HeldDirectory? ours = place.TryHold(path.Parent, out _);
            folder = ours is null || !IsOurs(ours) ? null : ours.TryHold(new BytePath(path.Name), out _);
            if (folder is null || !IsOurs(folder))
            {
                return null;
            }

            Mark(ours!);

            CacheFolder opened = new(folder, limit);
            folder = null;
            return opened;
        }
        catch (UnixException)
        {
            return null;
        }
        finally
        {
            folder?.Dispose();
        }
    }

    /// <summary>Opens a file; null if it is missing, or is not one of ours.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="how">For reading, or for writing too.</param>
    internal UnixFile? TryOpen(BytePath name, OpenFor how)
    {
        UnixFile? file = folder.TryOpen(name, how | OpenFor.NoFollow | OpenFor.NoBlocking, out _);
        try
        {
            if (file is not null && FileStatus.Of(file) is { Kind: FileKind.Regular } status && status.Uid == Machine.UserNumber)
            {
                UnixFile opened = file;
                file = null;
                return opened;
            }

            return null;
        }
        catch (UnixException)
        {
            return null;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Writes to a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="offset">Where.</param>
    /// <param name="bytes">What.</param>
    /// <param name="head">What a file begins with to which that may be written; one that begins with anything else gives way to a new one.</param>
    internal void Write(BytePath name, long offset, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> head)
    {
        if (isFull)
        {
            return;
        }

        try
        {
            using UnixFile file = OpenWith(name, head);
            file.WriteAt(bytes, offset);
            Wrote(bytes.Length);
        }
        catch (UnixException)
        {
            // No space, no right. The next program tries again.
            isFull = true;
        }
    }

    /// <summary>Deletes a file, which may be missing.</summary>
    internal void Delete(BytePath name) => _ = folder.TryDelete(name);

    /// <summary>Deletes what was used least recently until there is a sixteenth less than may be kept, if there is more.</summary>
    internal void Trim()
    {
        try
        {
            long sum = 0;
            List<(UnixTime Used, BytePath Name, long Cost)> files = [];
            foreach (BytePath name in folder.TryList(default, out _) ?? [])
            {
                if (folder.TryGetStatus(name, out FileStatus status) == 0 && status.Kind == FileKind.Regular)
                {
                    long cost = Math.Max(LeastCost, status.Blocks * BlockSize);
                    sum += cost;
                    files.Add((status.Mtime, name, cost));
                }
            }

            if (sum <= limit)
            {
                return;
            }

            files.Sort(static (left, right) => left.Used.CompareTo(right.Used));
            foreach ((_, BytePath name, long cost) in files)
            {
                if (sum <= limit / Parts * (Parts - 1))
                {
                    return;
                }

                // What cannot be deleted takes its place all the same.
                sum -= folder.TryDelete(name) == 0 ? cost : 0;
            }
        }
        catch (UnixException)
        {
            isFull = true;
        }
    }

    public void Dispose() => folder.Dispose();

    private UnixFile OpenWith(BytePath name, ReadOnlySpan<byte> head)
    {
        UnixFile? file = TryOpen(name, OpenFor.Writing);
        try
        {
            if (file is not null)
            {
                Span<byte> found = stackalloc byte[head.Length];
                if (file.ReadAt(found, 0) == found.Length && found.SequenceEqual(head))
                {
                    UnixFile opened = file;
                    file = null;
                    return opened;
                }

                Delete(name);
            }
        }
        finally
        {
            file?.Dispose();
        }

        UnixFile? made = folder.Create(name);
        try
        {
            made.WriteAt(head, 0);
            UnixFile whole = made;
            made = null;
            return whole;
        }
        finally
        {
            made?.Dispose();
        }
    }

    // Also at first, as each program of many may write little.
    private void Wrote(long count)
    {
        lock (gate)
        {
            unmeasured += count;
            if (isMeasured && unmeasured < limit / Parts)
            {
                return;
            }

            unmeasured = 0;
            isMeasured = true;
            Trim();
        }
    }

    // So that backups may pass it over.
    private static void Mark(HeldDirectory ours)
    {
        BytePath tag = new(DirectoryMarks.CacheTag);
        if (ours.TryGetStatus(tag, out _) != Errno.ENOENT)
        {
            return;
        }

        try
        {
            using UnixFile file = ours.Create(tag);
            file.Write([.. DirectoryMarks.CacheSignature, .. "\n# What Backshift has read of repositories on other machines. It may be deleted.\n"u8]);
        }
        catch (UnixException)
        {
            // Another program was faster, or there is no space for it.
        }
    }

    private static bool IsOurs(HeldDirectory directory) =>
        directory.Status is var status && status.Uid == Machine.UserNumber && (status.Mode & OfOthers) == 0;

    private static BytePath? Variable(string name) =>
        Machine.Variable(name) is { Length: > 0 } value && value[0] == (byte)'/' ? new BytePath(value) : null;
}
