using System.Buffers.Binary;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Encrypts the bodies of small objects; see backshift-repository(5), "Sealed small objects".</summary>
/// <param name="keys">The keys of the repository.</param>
internal sealed class SmallSeal(RepositoryKeys keys) : IBodySeal
{
    private const int LeastContent = 256;

    public byte[] Close(ObjectHeader header, ReadOnlySpan<byte> body)
    {
        byte[] content = new byte[SealedLayout.Padme(Math.Max(LeastContent, sizeof(uint) + body.Length))];
        BinaryPrimitives.WriteInt32LittleEndian(content, body.Length);
        body.CopyTo(content.AsSpan(sizeof(uint)));
        byte[] closed = new byte[Seal.Size + content.Length + SealedLayout.TagSize];
        Span<byte> key = stackalloc byte[RepositoryKeys.KeySize];
        Seal.Make(keys, header.Type, header.Name, closed, key);
        Span<byte> nonce = stackalloc byte[SegmentNonce.Size];
        SegmentNonce.Write(0, isLast: true, nonce);
        Span<byte> additional = stackalloc byte[ObjectHeader.Size];
        header.CopyTo(additional);
        using AesGcm cipher = new(key, SealedLayout.TagSize);
        cipher.Encrypt(nonce, content, closed.AsSpan(Seal.Size, content.Length), closed.AsSpan(Seal.Size + content.Length), additional);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(content);
        return closed;
    }

    public byte[] Open(ObjectHeader header, ReadOnlySpan<byte> closed, string what)
    {
        if (closed.Length < Seal.Size + sizeof(uint) + SealedLayout.TagSize)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: is too short to be sealed");
        }

        Span<byte> key = stackalloc byte[RepositoryKeys.KeySize];
        if (!Seal.TryOpen(keys, header.Type, header.Name, closed[..Seal.Size], key))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: was sealed with another key, or for another object");
        }

        ReadOnlySpan<byte> stored = closed[Seal.Size..^SealedLayout.TagSize];
        byte[] content = new byte[stored.Length];
        Span<byte> nonce = stackalloc byte[SegmentNonce.Size];
        SegmentNonce.Write(0, isLast: true, nonce);
        Span<byte> additional = stackalloc byte[ObjectHeader.Size];
        header.CopyTo(additional);
        try
        {
            using AesGcm cipher = new(key, SealedLayout.TagSize);
            cipher.Decrypt(nonce, stored, closed[^SealedLayout.TagSize..], content, additional);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: was changed by someone without the key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(content);
        return length <= content.Length - sizeof(uint) ? content.AsSpan(sizeof(uint), (int)length).ToArray()
            : throw new BackshiftException(ExitCode.DataError, $"{what}: the length in its seal is wrong");
    }
}
