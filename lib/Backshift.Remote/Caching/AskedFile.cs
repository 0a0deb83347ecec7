using System.Buffers;
using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Caching;

/// <summary>A file of the cache with the requests that a program made of a server, in their order, so that the next one like it can make them all at once.
/// </summary>
internal static class AskedFile
{
    /// <summary>Of all requests in it, as they are encoded.</summary>
    internal const int Limit = 48 << 10;

    private const int SumOffset = 8;
    private const int LengthOffset = SumOffset + Sha256.HashSizeInBytes;
    private const int RepositoryOffset = LengthOffset + sizeof(int);
    private const int RequestsOffset = RepositoryOffset + Sha256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Magic => "BSASKED1"u8;

    /// <summary>Reads one.</summary>
    /// <param name="folder">The cache.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="repository">Takes the hash of the configuration of the repository that was asked for.</param>
    /// <returns>The requests, whose numbers say of which part each is, and which change nothing; none if there is no file, it is damaged, or it has others.
    /// </returns>
    internal static IReadOnlyList<Request> Read(CacheFolder folder, BytePath name, Span<byte> repository)
    {
        byte[] bytes = new byte[RequestsOffset + Limit];
        int length;
        try
        {
            using UnixFile? file = folder.TryOpen(name, OpenFor.Reading);
            length = file?.ReadAt(bytes, 0) ?? 0;
        }
        catch (UnixException)
        {
            return [];
        }

        if (length < RequestsOffset || !bytes.AsSpan().StartsWith(Magic))
        {
            return [];
        }

        // What was longer before may have left more.
        int size = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(LengthOffset));
        if (size < 0 || size > length - RequestsOffset)
        {
            return [];
        }

        Span<byte> sum = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(bytes.AsSpan(LengthOffset, RequestsOffset - LengthOffset + size), sum);
        if (!sum.SequenceEqual(bytes.AsSpan(SumOffset, sum.Length)))
        {
            return [];
        }

        List<Request> requests = [];
        try
        {
            MessageReader messages = new(new MemoryStream(bytes, RequestsOffset, size, writable: false));
            while (messages.Next() is { } message)
            {
                Request request = Request.Parse(message);
                if (request.Verb is not (Verb.Open or Verb.List or Verb.Prepare or Verb.Sums))
                {
                    // A file here has no say in what is changed there.
                    return [];
                }

                requests.Add(request);
            }
        }
        catch (BackshiftException)
        {
            return [];
        }

        bytes.AsSpan(RepositoryOffset, Sha256.HashSizeInBytes).CopyTo(repository);
        return requests;
    }

    /// <summary>Writes one.</summary>
    /// <param name="folder">The cache.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="repository">The hash of the configuration.</param>
    /// <param name="requests">The requests, without data; <see cref="Limit"/> bytes of them at most.</param>
    internal static void Write(CacheFolder folder, BytePath name, ReadOnlySpan<byte> repository, IEnumerable<Request> requests)
    {
        ArrayBufferWriter<byte> encoded = new();
        foreach (Request request in requests)
        {
            request.WriteTo(encoded);
        }

        if (encoded.WrittenCount > Limit)
        {
            return;
        }

        byte[] bytes = new byte[RequestsOffset + encoded.WrittenCount];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(LengthOffset), encoded.WrittenCount);
        repository.CopyTo(bytes.AsSpan(RepositoryOffset));
        encoded.WrittenSpan.CopyTo(bytes.AsSpan(RequestsOffset));
        Sha256.HashData(bytes.AsSpan(LengthOffset), bytes.AsSpan(SumOffset, Sha256.HashSizeInBytes));
        folder.Write(name, Magic.Length, bytes.AsSpan(Magic.Length), Magic);
    }
}
