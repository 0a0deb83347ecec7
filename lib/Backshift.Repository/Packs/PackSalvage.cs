using System.Buffers;
using Backshift.Objects;

namespace Backshift.Repository.Packs;

/// <summary>Finds the blocks of a pack whose directory is lost, by the lists in its gaps; see backshift-repository(5), "Block lists".</summary>
internal static class PackSalvage
{
    private const int Window = 1 << 20;

    /// <summary>The lists of blocks that are whole, in the order of the file. Reads all of it.</summary>
    /// <param name="pack">The pack; it may be cut, or anything else.</param>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static IEnumerable<BlockList> Lists(IStoredObject pack)
    {
        int tag = GapRecord.BlockList.Length;
        byte[] window = ArrayPool<byte>.Shared.Rent(Window);
        try
        {
            long at = 0;
            while (at + GapRecord.HeadSize <= pack.Length)
            {
                int count = pack.ReadAt(window.AsSpan(0, (int)Math.Min(Window, pack.Length - at)), at);
                int found = window.AsSpan(0, count).IndexOf(GapRecord.BlockList);
                if (found < 0)
                {
                    if (count < Window)
                    {
                        yield break;
                    }

                    // A tag may lie across the end of the window.
                    at += count - (tag - 1);
                    continue;
                }

                at += found;
                if (TryRead(pack, at, out int length) is { } list)
                {
                    yield return list;
                    at += length;
                }
                else
                {
                    // The tag was part of some content, or the record is damaged.
                    at += tag;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static BlockList? TryRead(IStoredObject pack, long at, out int length)
    {
        length = 0;
        Span<byte> head = stackalloc byte[GapRecord.HeadSize];
        if (pack.ReadAt(head, at) != head.Length || GapRecord.LengthOf(head) is var bytes && (bytes < 0 || bytes > pack.Length - at - head.Length))
        {
            return null;
        }

        byte[] body = new byte[bytes];
        if (pack.ReadAt(body, at + head.Length) != body.Length || !GapRecord.Matches(head, body))
        {
            return null;
        }

        length = head.Length + body.Length;
        return BlockList.TryRead(body, at);
    }
}
