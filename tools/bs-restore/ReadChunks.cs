using System.Buffers;
using System.Runtime.InteropServices;
using Backshift.Records;

namespace Backshift.Tools.Restore;

/// <summary>Chunks that were read from files and are hashed together: two at a time take little longer than one, and most files have only one.</summary>
internal sealed class ReadChunks : IDisposable
{
    // So much is still in the cache of the processor when it is hashed.
    private const int RoomSize = 256 << 10;

    private readonly ChunkNaming naming;
    private readonly List<(ComparedFile File, Digest Saved)> chunks = [];
    private readonly List<Range> places = [];
    private byte[] buffer = [];
    private int filled;

    /// <param name="naming">How chunks are named.</param>
    internal ReadChunks(ChunkNaming naming) => this.naming = naming;

    /// <summary>Space to read chunks of a file into. If there is none left, those that were read before are compared first.</summary>
    internal Span<byte> Reserve(int length)
    {
        if (filled > 0 && length > RoomSize - filled)
        {
            Compare();
        }

        if (length > buffer.Length)
        {
            // Nothing is in it: it has the room at least.
            Return();
            buffer = ArrayPool<byte>.Shared.Rent(Math.Max(length, RoomSize));
        }

        return buffer.AsSpan(filled, length);
    }

    /// <summary>Adds the next chunk of those that were read into the space that was reserved last.</summary>
    /// <param name="file">The file that has it.</param>
    /// <param name="saved">The name that its content should have.</param>
    /// <param name="size">How long it is.</param>
    internal void Add(ComparedFile file, Digest saved, int size)
    {
        chunks.Add((file, saved));
        places.Add(filled..(filled + size));
        filled += size;
    }

    /// <summary>Compares all that was added. Files whose content is another one differ afterwards.</summary>
    internal void Compare()
    {
        Digest[] names = new Digest[chunks.Count];
        naming.OfAll(buffer, CollectionsMarshal.AsSpan(places), names);
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] != chunks[i].Saved)
            {
                chunks[i].File.Differs = true;
            }
        }

        chunks.Clear();
        places.Clear();
        filled = 0;
    }

    public void Dispose() => Return();

    private void Return()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }
}
