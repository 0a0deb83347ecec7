using System.Buffers;
using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>An object that is open. May be read by several threads at once; what is read never changes, but may end early where storage lost the end.</summary>
public interface IStoredObject : IDisposable
{
    /// <summary>The most bytes of a <see cref="Version"/>.</summary>
    const int VersionLimit = 64;

    // What is read and handed on at once.
    private const int ThroughSize = 1 << 20;

    /// <summary>What it is called in messages.</summary>
    BytePath Shown { get; }

    /// <summary>Its length in bytes, as of its opening.</summary>
    long Length { get; }

    /// <summary>When the store received it, by the clock of the store. A copy that does not keep times was received when it was made.</summary>
    UnixTime Received { get; }

    /// <summary>
    /// Whether what is stored from now on may rely on it. It may not where a host wrote it that may only write, and could have lied, nor where only a copy is
    /// left here of what has been deleted.
    /// </summary>
    bool IsReliable => true;

    /// <summary>The offset from which on its bytes can be read here: 0 for all of them. Before it, after the header, zeros are read.</summary>
    long KnownFrom => 0;

    /// <summary>
    /// Tells these bytes from others that the store may have under this name, before or after the object was mended or replaced; empty where it cannot. At
    /// most <see cref="VersionLimit"/> bytes, which mean nothing but to the store.
    /// </summary>
    ReadOnlyMemory<byte> Version => default;

    /// <summary>Reads a range: one request. Fills <paramref name="buffer"/> unless the object ends before.</summary>
    /// <returns>How many bytes were read.</returns>
    /// <exception cref="StoreException">It cannot be read, or is gone by now.</exception>
    int ReadAt(Span<byte> buffer, long offset);

    /// <summary>
    /// As <see cref="ReadAt"/>, for what later programs are likely to read again: it may come from a cache of this machine, where it was read of the same
    /// version. The caller verifies it, and reads it with <see cref="ReadAt"/> before it calls the object damaged.
    /// </summary>
    /// <inheritdoc cref="ReadAt"/>
    int ReadKept(Span<byte> buffer, long offset) => ReadAt(buffer, offset);

    /// <summary>
    /// Says that a range is going to be read, soon and once: where requests take long, it is asked for now. A hint, which costs nothing where they do not, see
    /// <see cref="IObjectStore.TakesAnnouncements"/>; trouble is left to the reading.
    /// </summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="mayBeKept">Whether by <see cref="ReadKept"/>, and not by <see cref="ReadAt"/>.</param>
    /// <returns>False if so much is asked for and not yet read that this was not: it may be announced again later.</returns>
    bool TryAnnounce(long offset, int length, bool mayBeKept) => true;

    /// <summary>Whether reading a range that was announced would have to wait for its answer.</summary>
    /// <inheritdoc cref="TryAnnounce"/>
    bool IsUnderWay(long offset, int length, bool mayBeKept) => false;

    /// <summary>Reads all of it, from its first byte to its last, and hands it on in pieces; where requests take long, several are under way.</summary>
    /// <param name="take">Takes each piece, on the thread of the caller. The bytes are valid until it returns.</param>
    /// <returns>How many bytes were read: less than <see cref="Length"/> only where storage has lost the end.</returns>
    /// <exception cref="StoreException">It cannot be read, or is gone by now.</exception>
    long ReadThrough(Action<ReadOnlySpan<byte>> take)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent((int)Math.Min(Length, ThroughSize));
        try
        {
            long done = 0;
            while (done < Length)
            {
                Span<byte> wanted = piece.AsSpan(0, (int)Math.Min(piece.Length, Length - done));
                int count = ReadAt(wanted, done);
                take(wanted[..count]);
                done += count;
                if (count < wanted.Length)
                {
                    break;
                }
            }

            return done;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
