using System.Runtime.Intrinsics.X86;

namespace Backshift.Posix;

/// <summary>
/// SHA-256 of two contents at once. Each step of one hash needs the result of the step before, so a processor with instructions for SHA waits half of the time:
/// two hashes in turn take little longer than one.
/// </summary>
public static unsafe partial class Sha256Pair
{
    private const int Block = 64;
    private const int Words = 8;
    private const int LaneRoom = 8;

    // Setting the lanes up costs as much as a few blocks.
    private const int LeastBlocks = 8;

    // Nothing promises that the call stays as it is, so it shows once that it is.
    private static readonly bool isAvailable = Libcrypto.HasLanes && Libcrypto.IsAvailable && HasShaInstructions() && IsRight();

    /// <summary>Takes the hashes of two contents.</summary>
    /// <param name="first">Any number of bytes.</param>
    /// <param name="second">Any number of bytes; best are as many as in the first.</param>
    /// <param name="firstHash">At least <see cref="Sha256.HashSizeInBytes"/> long.</param>
    /// <param name="secondHash">At least <see cref="Sha256.HashSizeInBytes"/> long.</param>
    public static void HashData(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> firstHash, Span<byte> secondHash)
    {
        if (!Libcrypto.IsAvailable)
        {
            Sha256.HashData(first, firstHash);
            Sha256.HashData(second, secondHash);
            return;
        }

        Sha256Context start;
        _ = Libcrypto.Start(&start);
        HashData(start, first, second, firstHash, secondHash);
    }

    /// <summary>Takes the hashes of what a state has taken in, and of one of two contents. To be called only where there is libcrypto.</summary>
    /// <inheritdoc cref="HashData(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, Span{byte})"/>
    /// <param name="start">The state, after whole blocks.</param>
    internal static void HashData(
        in Sha256Context start, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> firstHash, Span<byte> secondHash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstHash.Length, Sha256.HashSizeInBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(secondHash.Length, Sha256.HashSizeInBytes);
        if (isAvailable && Math.Min(first.Length, second.Length) >= LeastBlocks * Block)
        {
            HashBoth(start, first, second, firstHash, secondHash);
            return;
        }

        Sha256.HashData(start, first, firstHash);
        Sha256.HashData(start, second, secondHash);
    }

    private static void HashBoth(
        in Sha256Context start, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> firstHash, Span<byte> secondHash)
    {
        fixed (byte* from = first, otherFrom = second, to = firstHash, otherTo = secondHash)
        {
            Lane one = new() { Context = start, Content = from, Length = first.Length, Hash = to };
            Lane other = new() { Context = start, Content = otherFrom, Length = second.Length, Hash = otherTo };
            uint* states = stackalloc uint[Words * LaneRoom];
            Sha256Lane* lanes = stackalloc Sha256Lane[LaneRoom / 2];
            lanes[2] = lanes[3] = new Sha256Lane { Content = from };
            TakeInBoth(ref one, ref other, states, lanes);
            one.Finish();
            other.Finish();
        }
    }

    /// <summary>Without them OpenSSL would hash four lanes of which two are empty, which is slower than one after the other.</summary>
    private static bool HasShaInstructions()
    {
        const int Features = 7, Sha = 1 << 29;
        return X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= Features && (X86Base.CpuId(Features, 0).Ebx & Sha) != 0;
    }

    private static bool IsRight()
    {
        Span<byte> content = stackalloc byte[(LeastBlocks + 1) * Block];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(i * 7);
        }

        Span<byte> hashes = stackalloc byte[2 * Sha256.HashSizeInBytes], expected = stackalloc byte[2 * Sha256.HashSizeInBytes];
        ReadOnlySpan<byte> first = content[1..], second = content[..^5];
        Sha256Context start;
        _ = Libcrypto.Start(&start);
        HashBoth(start, first, second, hashes, hashes[Sha256.HashSizeInBytes..]);
        Sha256.HashData(first, expected);
        Sha256.HashData(second, expected[Sha256.HashSizeInBytes..]);
        return hashes.SequenceEqual(expected);
    }
}
