using System.Runtime.CompilerServices;
using Backshift.Posix;

namespace Backshift.Records;

/// <summary>The keys of one map so far: a key that occurs twice would mean one thing to one reader and another to the next, so it is refused.</summary>
internal ref struct SeenKeys
{
    // How many keys a map may have before their tags cost an allocation.
    private const int Room = 32;

    private readonly ulong[]? many;
    private Tags few;
    private int count;

    /// <param name="expected">The number of keys that the map announces.</param>
    /// <exception cref="BackshiftException">These are too many.</exception>
    internal SeenKeys(int expected)
    {
        if (expected > StreamLimits.Keys)
        {
            throw RecordFrame.Damaged($"a record has {expected} keys, more than {StreamLimits.Keys}");
        }

        many = expected <= Room ? null : new ulong[expected];
    }

    /// <exception cref="BackshiftException">The key was there before.</exception>
    internal void Add(scoped ReadOnlySpan<byte> key)
    {
        ulong tag = Tag(key);
        Span<ulong> tags = many is null ? few : many;
        if (tags[..count].Contains(tag))
        {
            throw RecordFrame.Damaged($"the key \"{Escaping.Display(key)}\" occurs twice in a record");
        }

        tags[count++] = tag;
    }

    /// <summary>Keys of up to seven bytes, which are nearly all, are told apart exactly; longer ones by FNV-1a, whose collisions only make a strange record
    /// refused.</summary>
    private static ulong Tag(scoped ReadOnlySpan<byte> key)
    {
        if (key.Length <= 7)
        {
            ulong word = (ulong)key.Length << 56;
            for (int i = 0; i < key.Length; i++)
            {
                word |= (ulong)key[i] << (8 * i);
            }

            return word;
        }

        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in key)
        {
            hash = (hash ^ b) * 0x100000001b3;
        }

        return hash | 1UL << 63;
    }

    [InlineArray(Room)]
    private struct Tags
    {
        private ulong first;
    }
}
