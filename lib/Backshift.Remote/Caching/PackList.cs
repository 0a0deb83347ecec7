using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Remote.Caching;

/// <summary>A file of the cache with the names of packs that were opened one after the other, so that the next program can ask for them at once.</summary>
internal static class PackList
{
    /// <summary>As many as may be asked for at once.</summary>
    internal const int Most = 32;

    private const int NamesOffset = 8 + Sha256.HashSizeInBytes;
    private const int Size = NamesOffset + (Most * ObjectName.Size);

    private static ReadOnlySpan<byte> Magic => "BSPACKS1"u8;

    /// <summary>Reads one; empty if there is none, or it is damaged.</summary>
    internal static IReadOnlyList<ObjectPath> Read(CacheFolder folder, BytePath name)
    {
        byte[] bytes = new byte[Size];
        byte[] sum = new byte[Sha256.HashSizeInBytes];
        try
        {
            using UnixFile? file = folder.TryOpen(name, OpenFor.Reading);
            if (file is null || file.ReadAt(bytes, 0) != bytes.Length || !bytes.AsSpan().StartsWith(Magic))
            {
                return [];
            }
        }
        catch (UnixException)
        {
            return [];
        }

        Sha256.HashData(bytes.AsSpan(NamesOffset), sum);
        if (!sum.AsSpan().SequenceEqual(bytes.AsSpan(Magic.Length, sum.Length)))
        {
            return [];
        }

        List<ObjectPath> paths = [];
        for (int at = NamesOffset; at < bytes.Length; at += ObjectName.Size)
        {
            ObjectName pack = ObjectName.Read(bytes.AsSpan(at));
            if (pack != default)
            {
                paths.Add(ObjectPath.Pack(pack));
            }
        }

        return paths;
    }

    /// <summary>Writes one: these first, and then as many as there is room for of those that were in it.</summary>
    internal static void Write(CacheFolder folder, BytePath name, IReadOnlyCollection<ObjectPath> paths)
    {
        IReadOnlyList<ObjectPath> before = Read(folder, name);
        ObjectPath[] after = [.. paths.Concat(before).Distinct().Take(Most)];
        if (after.AsSpan().SequenceEqual([.. before]))
        {
            return;
        }

        byte[] bytes = new byte[Size];
        Magic.CopyTo(bytes);
        for (int i = 0; i < after.Length; i++)
        {
            after[i].Name.CopyTo(bytes.AsSpan(NamesOffset + (i * ObjectName.Size)));
        }

        Sha256.HashData(bytes.AsSpan(NamesOffset), bytes.AsSpan(Magic.Length));
        folder.Write(name, Magic.Length, bytes.AsSpan(Magic.Length), Magic);
    }
}
