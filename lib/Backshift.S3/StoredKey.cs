using System.Buffers;
using System.Globalization;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.S3;

/// <summary>An object in a bucket.</summary>
internal sealed class StoredKey : IStoredObject
{
    private readonly S3Bucket bucket;
    private readonly string key;
    private readonly StoredState state;

    /// <param name="bucket">Where.</param>
    /// <param name="key">Its key.</param>
    /// <param name="shown">What it is called.</param>
    /// <param name="state">What the server says of it.</param>
    internal StoredKey(S3Bucket bucket, string key, BytePath shown, StoredState state)
    {
        this.bucket = bucket;
        this.key = key;
        this.state = state;
        Shown = shown;
    }

    public BytePath Shown { get; }

    public long Length => state.Length;

    public UnixTime Received => state.Received;

    /// <summary>A hash of the tag and the length, as tags have no length of their own; empty where the server gives no tag.</summary>
    public ReadOnlyMemory<byte> Version
    {
        get
        {
            if (state.Tag.Length == 0)
            {
                return default;
            }

            byte[] version = new byte[Sha256.HashSizeInBytes];
            Sha256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{state.Length} {state.Tag}")), version);
            return version;
        }
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        int wanted = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        if (wanted == 0)
        {
            return 0;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            if (bucket.Read(key, Shown, offset, rented.AsMemory(0, wanted)) is not { } read)
            {
                throw S3Trouble.Wrong(Shown, "it was deleted meanwhile");
            }

            if (read.State.Length != Length)
            {
                throw S3Trouble.Wrong(Shown, "its length has changed");
            }

            rented.AsSpan(0, read.Count).CopyTo(buffer);
            return read.Count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public void Dispose()
    {
    }
}
