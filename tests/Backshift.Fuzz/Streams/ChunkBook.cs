using System.Security.Cryptography;

namespace Backshift.Fuzz.Streams;

/// <summary>The bytes of all chunks that were ever made for a repository, by their digests.</summary>
internal sealed class ChunkBook
{
    internal const int DigestSize = 24;

    private readonly Dictionary<string, byte[]> chunks = new(StringComparer.Ordinal);

    internal static byte[] Digest(ReadOnlySpan<byte> content) => SHA256.HashData(content)[..DigestSize];

    internal byte[] Add(byte[] content)
    {
        byte[] digest = Digest(content);
        chunks[Convert.ToHexString(digest)] = content;
        return digest;
    }

    internal byte[]? Find(ReadOnlySpan<byte> digest) => chunks.GetValueOrDefault(Convert.ToHexString(digest));

    internal int Count => chunks.Count;

    /// <summary>Any of the chunks, by its number.</summary>
    internal byte[] At(int number) => chunks.Values.ElementAt(number);
}
