using System.Security.Cryptography;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>The two keys with which content is cut and chunks are named: a program that has no other ones cannot read anything in the repository.</summary>
public sealed class ChunkKeys : IDisposable
{
    /// <summary>Length in bytes of what is handed on: a part of the sum of the configuration, so that keys of another repository are refused, and two
    /// keys.</summary>
    public const int Size = SumSize + (2 * SealingKeys.KeySize);

    internal const int SumSize = 16;

    private readonly byte[] bytes = GC.AllocateArray<byte>(Size, pinned: true);

    private ChunkKeys() => Machine.GuardMemory(bytes);

    /// <summary>The seed of the cutter, 32 bytes.</summary>
    public ReadOnlySpan<byte> Cutter => bytes.AsSpan(SumSize, SealingKeys.KeySize);

    /// <summary>The key of the digests of chunks, 32 bytes.</summary>
    public ReadOnlySpan<byte> Chunks => bytes.AsSpan(SumSize + SealingKeys.KeySize);

    /// <summary>All of it, to be handed to another program; until it is disposed of.</summary>
    public ReadOnlySpan<byte> Span => bytes;

    /// <summary>Derives them.</summary>
    /// <param name="root">The root key.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    public static ChunkKeys Derive(RootKey root, ReadOnlySpan<byte> configuration)
    {
        using RepositoryKeys all = RepositoryKeys.Derive(root, configuration);
        ChunkKeys keys = new();
        configuration[..SumSize].CopyTo(keys.bytes);
        all.Cutter.CopyTo(keys.bytes.AsSpan(SumSize));
        all.Chunks.CopyTo(keys.bytes.AsSpan(SumSize + SealingKeys.KeySize));
        return keys;
    }

    /// <summary>Those that were handed over.</summary>
    /// <param name="span">What <see cref="Span"/> was; copied.</param>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    /// <exception cref="BackshiftException">They are those of another repository.</exception>
    public static ChunkKeys Of(ReadOnlySpan<byte> span, BytePath repository, ReadOnlySpan<byte> configuration)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(span.Length, Size);
        if (!span[..SumSize].SequenceEqual(configuration[..SumSize]))
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"{repository}: the keys are those of another repository");
        }

        ChunkKeys keys = new();
        span.CopyTo(keys.bytes);
        return keys;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
