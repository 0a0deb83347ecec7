namespace Backshift.Posix;

/// <summary>SHA-256 (FIPS 180-4), by libcrypto where it is linked in or loads, else by <see cref="ManagedSha256"/>: a library that is missing is no reason to
/// fail.</summary>
public sealed unsafe class Sha256
{
    /// <summary>Length of a hash.</summary>
    public const int HashSizeInBytes = 32;

    private readonly ManagedSha256? managed;
    private Sha256Context context;

    /// <summary>Takes the hash of what is appended piece by piece.</summary>
    public Sha256()
        : this(!Libcrypto.IsAvailable)
    {
    }

    /// <param name="isManaged">Do without libcrypto even if there is one.</param>
    internal Sha256(bool isManaged)
    {
        managed = isManaged ? new ManagedSha256() : null;
        Start();
    }

    /// <summary>Takes the hash of <paramref name="content"/>.</summary>
    /// <param name="content">Any number of bytes.</param>
    /// <param name="hash">At least <see cref="HashSizeInBytes"/> long.</param>
    public static void HashData(ReadOnlySpan<byte> content, Span<byte> hash)
    {
        if (!Libcrypto.IsAvailable)
        {
            ManagedSha256 own = new();
            own.Append(content);
            own.Finish(hash);
            return;
        }

        Sha256Context start;
        _ = Libcrypto.Start(&start);
        HashData(start, content, hash);
    }

    /// <summary>Takes the hash of what a state has taken in, and of <paramref name="content"/>. To be called only where there is libcrypto.</summary>
    /// <param name="start">The state, after whole blocks.</param>
    /// <param name="content">Any number of bytes.</param>
    /// <param name="hash">At least <see cref="HashSizeInBytes"/> long; may be the content.</param>
    internal static void HashData(in Sha256Context start, ReadOnlySpan<byte> content, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, HashSizeInBytes);
        Sha256Context context = start;
        fixed (byte* from = content, to = hash)
        {
            _ = Libcrypto.Append(&context, from, (nuint)content.Length);
            _ = Libcrypto.Finish(to, &context);
        }
    }

    public void AppendData(ReadOnlySpan<byte> content)
    {
        if (managed is not null)
        {
            managed.Append(content);
            return;
        }

        fixed (Sha256Context* own = &context)
        {
            fixed (byte* from = content)
            {
                _ = Libcrypto.Append(own, from, (nuint)content.Length);
            }
        }
    }

    /// <summary>Gives the hash of all that was appended, and begins anew.</summary>
    /// <param name="hash">At least <see cref="HashSizeInBytes"/> long.</param>
    public void GetHashAndReset(Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, HashSizeInBytes);
        if (managed is not null)
        {
            managed.Finish(hash);
            return;
        }

        fixed (Sha256Context* own = &context)
        {
            fixed (byte* to = hash)
            {
                _ = Libcrypto.Finish(to, own);
            }
        }

        Start();
    }

    private void Start()
    {
        if (managed is null)
        {
            fixed (Sha256Context* own = &context)
            {
                _ = Libcrypto.Start(own);
            }
        }
    }
}
