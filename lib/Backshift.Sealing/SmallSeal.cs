using System.Buffers.Binary;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Encrypts the bodies of small objects; see backshift-repository(5), "Sealed small objects".</summary>
/// <param name="keys">The keys of the repository.</param>
internal sealed class SmallSeal(SealingKeys keys) : IBodySeal
{
    private const int LeastContent = 256;

    public byte[] Close(ObjectHeader header, ReadOnlySpan<byte> body)
    {
        byte[] content = new byte[SealedLayout.Padme(Math.Max(LeastContent, sizeof(uint) + body.Length))];
        BinaryPrimitives.WriteInt32LittleEndian(content, body.Length);
        body.CopyTo(content.AsSpan(sizeof(uint)));
        int size = Seal.SizeFor(keys, header.Type);
        byte[] closed = new byte[size + content.Length + SealedLayout.TagSize];
        Span<byte> key = stackalloc byte[SealingKeys.KeySize];
        Seal.Make(keys, header.Type, header.Name, closed.AsSpan(0, size), key);
        Span<byte> nonce = stackalloc byte[SegmentNonce.Size];
        SegmentNonce.Write(0, isLast: true, nonce);
        Span<byte> additional = stackalloc byte[ObjectHeader.Size];
        header.CopyTo(additional);
        using AesGcm cipher = new(key, SealedLayout.TagSize);
        cipher.Encrypt(nonce, content, closed.AsSpan(size, content.Length), closed.AsSpan(size + content.Length), additional);
        if (HasAuthority(header.Type))
        {
            if (keys.Authority.IsEmpty)
            {
                throw keys.Refuse();
            }

            Authorize(additional, closed, size, closed.AsSpan(Seal.AuthorityOffset, Seal.AuthoritySize));
        }

        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(content);
        return closed;
    }

    public byte[] Open(ObjectHeader header, ObjectPath path, ReadOnlySpan<byte> closed, string what)
    {
        int size = closed.Length < Seal.Size ? Seal.Size : Seal.SizeOf(closed);
        if (closed.Length < size + sizeof(uint) + SealedLayout.TagSize)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: is too short to be sealed");
        }

        Span<byte> key = stackalloc byte[SealingKeys.KeySize];
        if (!Seal.TryOpen(keys, header.Type, header.Name, closed[..size], key, out Session? session))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: was sealed with another key, or for another object");
        }

        if (session is not null && !IsOf(session, path))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: was made with the key of another host",
                "it was not put there by Backshift: move it away");
        }

        Span<byte> additional = stackalloc byte[ObjectHeader.Size];
        header.CopyTo(additional);
        Span<byte> authority = stackalloc byte[Seal.AuthoritySize];
        if (HasAuthority(header.Type) && !keys.Authority.IsEmpty)
        {
            Authorize(additional, closed, size, authority);
            if (!CryptographicOperations.FixedTimeEquals(authority, closed.Slice(Seal.AuthorityOffset, Seal.AuthoritySize)))
            {
                throw new BackshiftException(ExitCode.DataError, $"{what}: was made with the key of a host that may only save",
                    "it was not put there by Backshift: move it away, and give that host another key");
            }
        }

        ReadOnlySpan<byte> stored = closed[size..^SealedLayout.TagSize];
        byte[] content = new byte[stored.Length];
        Span<byte> nonce = stackalloc byte[SegmentNonce.Size];
        SegmentNonce.Write(0, isLast: true, nonce);
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

    /// <summary>Whether only a writer with the root key makes objects of the type, though others can encrypt them.</summary>
    private static bool HasAuthority(ObjectType type) => type is ObjectType.Settings or ObjectType.Condemned;

    private void Authorize(ReadOnlySpan<byte> header, ReadOnlySpan<byte> closed, int size, Span<byte> authority)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes];
        HMACSHA256.HashData(keys.Authority, (byte[])[.. header, .. closed[..Seal.AuthorityOffset], .. closed[size..]], hash);
        hash[..authority.Length].CopyTo(authority);
    }

    /// <summary>Whether a saveset lies in the folder of the host that a session is of.</summary>
    private bool IsOf(Session session, ObjectPath path)
    {
        int names = path.Path.Span.Count((byte)'/') - 1;
        string[] hidden = keys.Names.Hide(path.Path, names).ToString().Split('/');
        return session.Host.SequenceEqual(HiddenNames.VectorOf(hidden[1]));
    }
}
