using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Walk;

/// <summary>How much a walk will bring, found out before it.</summary>
internal static class WalkEstimate
{
    // STATX_ATTR_MOUNT_ROOT of statx(2), Linux 5.8 and later.
    private const ulong MountRoot = 0x2000;

    /// <summary>Walks once only to count. Trouble is reported by the real walk.</summary>
    /// <exception cref="BackshiftException">Two roots would be kept under one name.</exception>
    internal static async Task<EstimateNote> CountAsync(WalkOptions options, IReadOnlyList<BytePath> roots, WatchedCall? call, CancellationToken cancel)
    {
        RecordWriter nowhere = new(Stream.Null);
        EntryOutput output = new(nowhere, "bs-walk", static _ => { }, attributes: null);
        using TreeWalk walk = new(options, output, roots);
        while (WalkStage.Step(walk, call))
        {
            cancel.ThrowIfCancellationRequested();
            await nowhere.FlushIfFullAsync(cancel);
        }

        return new EstimateNote(EstimateNote.Count, output.Entries, output.Bytes);
    }

    /// <summary>The totals that the file systems report, if each root is a whole file system and the walk stays on it; otherwise null.</summary>
    internal static EstimateNote? OfFileSystems(WalkOptions options, IReadOnlyList<BytePath> roots)
    {
        if (!options.OneFileSystem)
        {
            return null;
        }

        HashSet<ulong> devices = [];
        long bytes = 0;
        long? inodes = 0;
        foreach (BytePath root in roots)
        {
            if (FileStatus.TryGet(root, out FileStatus status) != 0 || (status.Attributes & MountRoot) == 0 || FileSystemUse.Of(root) is not { } use)
            {
                return null;
            }

            if (devices.Add(status.Dev))
            {
                bytes = use.Bytes > long.MaxValue - bytes ? long.MaxValue : bytes + use.Bytes;
                inodes += use.Inodes;
            }
        }

        return new EstimateNote(EstimateNote.FileSystem, inodes, bytes);
    }
}
