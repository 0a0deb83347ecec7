using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>A repository to collect in, with versions of a file of which each is stored as a delta against the one before.</summary>
/// <param name="length">The length of the file in bytes.</param>
public abstract class DeltaFixture(int length) : CollectionFixture
{
    protected int Length => length;

    /// <summary>Changes three tenths of a file, at the same places of each kilobyte, which depend on the seed.</summary>
    protected static byte[] Changed(byte[] content, int seed)
    {
        Random random = new(seed);
        byte[] changed = [.. content];
        for (int at = seed * 100 % 700; at + 300 <= changed.Length; at += 1000)
        {
            random.NextBytes(changed.AsSpan(at, 300));
        }

        return changed;
    }

    protected List<byte[]> Versions(int count)
    {
        List<byte[]> versions = [Bytes(1, length)];
        while (versions.Count < count)
        {
            versions.Add(Changed(versions[^1], 10 + versions.Count));
        }

        return versions;
    }

    /// <summary>Saves versions of a file, each a delta against the one before.</summary>
    protected List<Saveset> SaveAll(List<byte[]> versions)
    {
        List<Saveset> savesets = [];
        for (int i = 0; i < versions.Count; i++)
        {
            byte[] content = versions[i], earlier = versions[Math.Max(0, i - 1)];
            Scratch.Store(store => store.Add(Digest.Of(content), content, i == 0 ? null : () => [Digest.Of(earlier)]));
            savesets.Add(Save(("f", [content])));
            Assert.Equal(i > 0, IsDelta(content));
        }

        return savesets;
    }

    protected bool IsStored(byte[] chunk) => Places(chunk).Count > 0;

    /// <summary>Whether a chunk is stored as a delta, and not otherwise.</summary>
    protected bool IsDelta(byte[] chunk)
    {
        List<bool> places = Places(chunk);
        return places.Count > 0 && places.TrueForAll(static isDelta => isDelta);
    }

    /// <summary>Of each place of a chunk, whether it is a delta there.</summary>
    protected List<bool> Places(byte[] chunk)
    {
        using PackShelf shelf = new(Scratch.Directory, static e => throw e);
        return
        [
            .. Scratch.Directory.ListPacks().Select(name => shelf.TryOpen(name)!.Directory).Where(pack => pack.Find(Digest.Of(chunk)) >= 0)
                .Select(pack => pack.Block(pack.BlockOf(pack.Find(Digest.Of(chunk)))).Prefixes > 0),
        ];
    }

    protected List<ObjectName> PacksWith(byte[] chunk)
    {
        using PackShelf shelf = new(Scratch.Directory, static e => throw e);
        return [.. Scratch.Directory.ListPacks().Where(name => shelf.TryOpen(name)!.Directory.Find(Digest.Of(chunk)) >= 0)];
    }
}
