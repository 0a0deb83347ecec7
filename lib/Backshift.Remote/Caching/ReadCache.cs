using System.Buffers;
using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Caching;

/// <summary>
/// What is kept on this machine of the objects of one repository elsewhere. It knows nothing of what is there now: of an object that the server has opened in
/// this connection, it has bytes of the version that the server has named, or none. Of packs and runs only: all else is short and read whole when it is opened.
/// </summary>
internal sealed class ReadCache : IDisposable
{
    private readonly CacheFolder folder;
    private readonly BytePath location;
    private readonly BytePath program;
    private readonly Lock gate = new();
    private readonly HashSet<BytePath> distrusted = [];
    private byte[]? repository;
    private IReadOnlyList<Request> askedBefore = [];
    private byte[]? askedOf;
    private bool hasNotedRun;

    /// <param name="folder">Where it is kept; closed with this object.</param>
    /// <param name="location">Where the repository is, as the user says. What one server has sent is never taken for what another one has.</param>
    /// <param name="program">The name of this program; empty where it is not known.</param>
    internal ReadCache(CacheFolder folder, BytePath location, BytePath program = default)
    {
        this.program = program;
        this.folder = folder;
        this.location = location;
    }

    /// <summary>The configuration was read: from now on it is known which repository it is.</summary>
    /// <param name="configuration">All of its bytes.</param>
    internal void Know(ReadOnlySpan<byte> configuration)
    {
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        Sha256.HashData(configuration, hash);
        lock (gate)
        {
            repository = hash;
        }
    }

    /// <summary>The version of which everything is kept that an opening asks for; null if there is none.</summary>
    /// <param name="path">The object.</param>
    /// <param name="end">Which end is asked for.</param>
    /// <param name="most">How much of it.</param>
    internal byte[]? KnownVersion(ObjectPath path, ObjectEnd end, int most)
    {
        return most > 0 && HeadOf(path, out KeptObject kept) is { } head && HasAll(kept, head.Length, end, most) ? head.Version : null;
    }

    /// <summary>What is kept of an object that the server has opened; null if nothing is to be.</summary>
    /// <param name="path">The object.</param>
    /// <param name="length">Its length.</param>
    /// <param name="version">Its version; empty where the server does not tell.</param>
    internal KeptObject? Find(ObjectPath path, long length, ReadOnlySpan<byte> version)
    {
        if (version.IsEmpty || KeyOf(path) is not { } key)
        {
            return null;
        }

        if (path.Type == ObjectType.Run)
        {
            NoteRun();
        }

        return new KeptObject(folder, NameOf(key), KeptHead.Make(key, length, version));
    }

    /// <summary>Whether programs of this machine have kept some of the index of what was at this location. It may be asked before anything is known of that.
    /// </summary>
    internal bool HasRuns()
    {
        try
        {
            using UnixFile? file = folder.TryOpen(NameOfRuns(), OpenFor.Reading);
            return file is not null;
        }
        catch (UnixException)
        {
            return false;
        }
    }

    /// <summary>Deletes what is kept of an object, and keeps nothing of it from now on.</summary>
    /// <returns>Whether anything may have been kept.</returns>
    internal bool Distrust(ObjectPath path)
    {
        if (KeyOf(path) is not { } key)
        {
            return false;
        }

        folder.Delete(NameOf(key));
        lock (gate)
        {
            return distrusted.Add(path.Path);
        }
    }

    /// <summary>Packs that programs have opened one after the other, the last one's first.</summary>
    /// <returns>Those of which something is kept, and the version.</returns>
    internal IEnumerable<(ObjectPath Path, byte[] Version)> OpenedBefore()
    {
        foreach (ObjectPath path in PackList.Read(folder, ListName()))
        {
            if (HeadOf(path, out _) is { } head)
            {
                yield return (path, head.Version);
            }
        }
    }

    /// <summary>Remembers which packs this program has opened.</summary>
    internal void Opened(IReadOnlyCollection<ObjectPath> paths)
    {
        if (paths.Count > 0)
        {
            PackList.Write(folder, ListName(), paths);
        }
    }

    /// <summary>What the last program of this name asked of the same server; see <see cref="Foresight"/>. It was the same repository too, as long as its
    /// configuration does not say otherwise.</summary>
    internal IReadOnlyList<Request> AskedBefore()
    {
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        askedBefore = AskedFile.Read(folder, NameOfAsked(), hash);
        if (askedBefore.Count > 0)
        {
            lock (gate)
            {
                repository ??= hash;
                askedOf = hash;
            }
        }

        return askedBefore;
    }

    /// <summary>Remembers what this program asked of the server.</summary>
    internal void Asked(IReadOnlyCollection<Request> requests)
    {
        byte[]? known;
        lock (gate)
        {
            known = repository;
            if (known is null || (askedOf.AsSpan().SequenceEqual(known) && askedBefore.SequenceEqual(requests)))
            {
                return;
            }
        }

        AskedFile.Write(folder, NameOfAsked(), known, requests);
    }

    /// <summary>Opens the saveset that was published last by a program on this machine, if what was asked before was asked of the same repository; null if
    /// there is none.</summary>
    internal Request? PublishedBefore()
    {
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        IReadOnlyList<Request> found = AskedFile.Read(folder, NameOf(KeyOf("published"u8, default)), hash);
        lock (gate)
        {
            return found.Count == 1 && askedOf is not null && askedOf.AsSpan().SequenceEqual(hash) ? found[0] : null;
        }
    }

    /// <summary>Remembers how to open a saveset that is being published.</summary>
    internal void Published(Request open)
    {
        byte[]? known;
        lock (gate)
        {
            known = repository;
        }

        if (known is not null)
        {
            AskedFile.Write(folder, NameOf(KeyOf("published"u8, default)), known, [open]);
        }
    }

    public void Dispose() => folder.Dispose();

    private void NoteRun()
    {
        byte[]? known;
        lock (gate)
        {
            known = hasNotedRun ? null : repository;
            hasNotedRun = true;
        }

        if (known is not null && !HasRuns())
        {
            AskedFile.Write(folder, NameOfRuns(), known, []);
        }
    }

    private BytePath NameOfRuns() => NameOf(KeyOf("runs"u8, default));

    private BytePath NameOfAsked() => NameOf(KeyOf("asked"u8, program));

    private (long Length, byte[] Version)? HeadOf(ObjectPath path, out KeptObject kept)
    {
        kept = null!;
        if (KeyOf(path) is not { } key)
        {
            return null;
        }

        BytePath name = NameOf(key);
        byte[] head = new byte[KeptHead.Size];
        try
        {
            using UnixFile? file = folder.TryOpen(name, OpenFor.Reading);
            if (file is null || file.ReadAt(head, 0) != head.Length || !KeptHead.TryRead(key, head, out long length, out byte[] version))
            {
                return null;
            }

            kept = new KeptObject(folder, name, head);
            return (length, version);
        }
        catch (UnixException)
        {
            return null;
        }
    }

    private BytePath ListName() => NameOf(KeyOf(new ObjectPath(ObjectType.Pack, ObjectPath.FolderOf(ObjectType.Pack))) ?? new byte[Sha256.HashSizeInBytes]);

    // As many as are kept when an answer with so many bytes comes.
    private static bool HasAll(KeptObject kept, long length, ObjectEnd end, int most)
    {
        long from = end == ObjectEnd.Head ? 0 : Math.Max(0, length - most);
        long to = Math.Min(length, from + most);
        long first = (from + ReadUnits.Size - 1) / ReadUnits.Size, unit = first;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadUnits.Size);
        try
        {
            for (; unit * ReadUnits.Size < to; unit++)
            {
                int size = (int)Math.Min(ReadUnits.Size, length - (unit * ReadUnits.Size));
                if ((unit * ReadUnits.Size) + size > to)
                {
                    break;
                }

                if (!kept.TryRead(unit, buffer.AsSpan(0, size)))
                {
                    return false;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return unit > first;
    }

    private byte[]? KeyOf(ObjectPath path)
    {
        byte[] known;
        lock (gate)
        {
            if (repository is null || path.Type is not (ObjectType.Pack or ObjectType.Run) || distrusted.Contains(path.Path))
            {
                return null;
            }

            known = repository;
        }

        return KeyOf(known, path.Path);
    }

    private byte[] KeyOf(ReadOnlySpan<byte> what, BytePath which)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, location.Length);
        byte[] key = new byte[Sha256.HashSizeInBytes];
        Sha256 hash = new();
        hash.AppendData(what);
        hash.AppendData(length);
        hash.AppendData(location.Span);
        hash.AppendData(which.Span);
        hash.GetHashAndReset(key);
        return key;
    }

    private static BytePath NameOf(byte[] key) => BytePath.Of(Convert.ToHexStringLower(key));
}
