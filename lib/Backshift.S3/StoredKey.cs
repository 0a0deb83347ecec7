using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.S3;

/// <summary>An object in a bucket.</summary>
internal sealed class StoredKey : IStoredObject
{
    private readonly S3Bucket bucket;
    private readonly string key;

    /// <param name="bucket">Where.</param>
    /// <param name="key">Its key.</param>
    /// <param name="shown">What it is called.</param>
    /// <param name="length">Its length.</param>
    /// <param name="received">When the server received it.</param>
    internal StoredKey(S3Bucket bucket, string key, BytePath shown, long length, UnixTime received)
    {
        this.bucket = bucket;
        this.key = key;
        Shown = shown;
        Length = length;
        Received = received;
    }

    public BytePath Shown { get; }

    public long Length { get; }

    public UnixTime Received { get; }

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
