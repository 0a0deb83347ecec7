using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>What stands in a sealed object beside its content: 64 bytes, and those of a session if it was written in one; see backshift-repository(5),
/// "Seals".</summary>
internal static class Seal
{
    /// <summary>Its length in bytes without a session.</summary>
    internal const int Size = 64;

    /// <summary>Its length in bytes with a session block.</summary>
    internal const int SizeWithSession = Size + Session.BlockSize;

    /// <summary>Where authority stands.</summary>
    internal const int AuthorityOffset = SessionOffset + Session.IdSize;

    internal const int AuthoritySize = 16;

    private const int CommitmentSize = 16;
    private const int SaltOffset = CommitmentSize;
    private const int SaltSize = 16;
    private const int SessionOffset = SaltOffset + SaltSize;
    private const int DerivedSize = SealingKeys.KeySize + CommitmentSize;

    /// <summary>The length of the seals that a writer makes.</summary>
    /// <param name="keys">Its keys.</param>
    /// <param name="type">The type of the object.</param>
    internal static int SizeFor(SealingKeys keys, ObjectType type) => keys.Writing(type) is null ? Size : SizeWithSession;

    /// <summary>The length of a seal.</summary>
    /// <param name="seal">Its first 64 bytes.</param>
    internal static int SizeOf(ReadOnlySpan<byte> seal) => seal.Slice(SessionOffset, Session.IdSize).ContainsAnyExcept((byte)0) ? SizeWithSession : Size;

    /// <summary>Makes the seal of a new object.</summary>
    /// <param name="keys">The keys of the writer.</param>
    /// <param name="type">The type of the object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="seal">Takes the seal: as long as <see cref="SizeFor"/> says, with the session block at its end.</param>
    /// <param name="key">Takes the key of the object.</param>
    /// <exception cref="BackshiftException">The keys do not serve for objects of this type.</exception>
    internal static void Make(SealingKeys keys, ObjectType type, ObjectName name, Span<byte> seal, Span<byte> key)
    {
        seal[..Size].Clear();
        RandomBytes.Fill(seal.Slice(SaltOffset, SaltSize));
        Session? session = keys.Writing(type);
        if (session is not null)
        {
            session.Id.CopyTo(seal[SessionOffset..]);
            session.Block.CopyTo(seal[Size..]);
        }

        ReadOnlySpan<byte> purpose = session is null ? keys.For(type) : session.For(type);
        if (purpose.IsEmpty)
        {
            throw keys.Refuse();
        }

        Span<byte> derived = stackalloc byte[DerivedSize];
        Derive(purpose, type, name, seal, derived);
        derived[SealingKeys.KeySize..].CopyTo(seal);
        derived[..SealingKeys.KeySize].CopyTo(key);
        CryptographicOperations.ZeroMemory(derived);
    }

    /// <summary>Finds the key of an object by its seal.</summary>
    /// <param name="keys">The keys of the reader.</param>
    /// <param name="type">The type that the object has to have.</param>
    /// <param name="name">The name that it has to have.</param>
    /// <param name="seal">The seal, with its session block at its end if it has one.</param>
    /// <param name="key">Takes the key of the object.</param>
    /// <param name="session">The session that it was written in; null for none.</param>
    /// <returns>False if the seal is damaged, or was made with other keys or for another object.</returns>
    internal static bool TryOpen(SealingKeys keys, ObjectType type, ObjectName name, ReadOnlySpan<byte> seal, Span<byte> key, out Session? session)
    {
        session = null;
        ReadOnlySpan<byte> purpose;
        if (SizeOf(seal) == Size)
        {
            purpose = keys.For(type);
        }
        else
        {
            session = Session.PurposeOf(type) is { } purposeOf && seal.Length == SizeWithSession
                ? keys.Find(purposeOf, seal.Slice(SessionOffset, Session.IdSize), seal[Size..]) : null;
            purpose = session is null ? default : session.For(type);
        }

        if (purpose.IsEmpty)
        {
            return false;
        }

        Span<byte> derived = stackalloc byte[DerivedSize];
        Derive(purpose, type, name, seal, derived);
        bool isRight = CryptographicOperations.FixedTimeEquals(derived[SealingKeys.KeySize..], seal[..CommitmentSize]);
        derived[..SealingKeys.KeySize].CopyTo(key);
        CryptographicOperations.ZeroMemory(derived);
        return isRight;
    }

    /// <summary>Reads the seal at one end of an object.</summary>
    /// <param name="stored">The object as it is stored.</param>
    /// <param name="atEnd">Which end.</param>
    /// <param name="seal">Takes the seal, with its session block at its end if it has one.</param>
    /// <returns>Its length; 0 if it cannot be read.</returns>
    internal static int Read(IStoredObject stored, bool atEnd, Span<byte> seal)
    {
        try
        {
            long length = stored.Length;
            if (length < new SealedLayout(Size).LeastObject || stored.ReadAt(seal[..Size], atEnd ? length - Size : ObjectHeader.Size) != Size)
            {
                return 0;
            }

            int size = SizeOf(seal);
            return size == Size ? size
                : length >= new SealedLayout(size).LeastObject
                    && stored.ReadAt(seal[Size..size], atEnd ? length - size : ObjectHeader.Size + Size) == Session.BlockSize ? size
                : 0;
        }
        catch (StoreException)
        {
            return 0;
        }
    }

    private static void Derive(ReadOnlySpan<byte> purpose, ObjectType type, ObjectName name, ReadOnlySpan<byte> seal, Span<byte> derived)
    {
        ReadOnlySpan<byte> label = "object"u8;
        Span<byte> info = stackalloc byte[label.Length + 1 + ObjectName.Size + SaltSize + Session.IdSize];
        label.CopyTo(info);
        info[label.Length] = ObjectHeader.LetterOf(type);
        name.CopyTo(info[(label.Length + 1)..]);
        seal.Slice(SaltOffset, SaltSize + Session.IdSize).CopyTo(info[(label.Length + 1 + ObjectName.Size)..]);
        HKDF.Expand(HashAlgorithmName.SHA256, purpose, derived, info);
    }
}
