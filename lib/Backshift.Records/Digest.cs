using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>The name of a chunk, 24 bytes, made of its content by a <see cref="ChunkNaming"/>; see backshift-repository(5), "Chunks".</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Digest : IEquatable<Digest>, IComparable<Digest>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 24;

    private readonly ulong a, b, c;

    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
    }

    /// <summary>The first eight bytes as a big-endian number: the key of an index.</summary>
    public ulong Prefix => a;

    /// <summary>The first 24 bytes of the SHA-256 of <paramref name="content"/>. Programs ask the <see cref="ChunkNaming"/> of the repository.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(content, hash);
        return new Digest(hash[..Size]);
    }

    /// <summary>The first 24 bytes of the SHA-256 of each of two contents.</summary>
    internal static void OfBoth(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, out Digest firstDigest, out Digest secondDigest)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes], otherHash = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256Pair.HashData(first, second, hash, otherHash);
        (firstDigest, secondDigest) = (new Digest(hash[..Size]), new Digest(otherHash[..Size]));
    }

    /// <summary>The first 24 bytes of the SHA-256 of each of many contents.</summary>
    internal static void OfAll(ReadOnlySpan<byte> bytes, ReadOnlySpan<Range> contents, Span<Digest> digests)
    {
        const int OnStack = 64;
        Span<byte> hashes = contents.Length <= OnStack ? stackalloc byte[OnStack * Sha256.HashSizeInBytes] : new byte[contents.Length * Sha256.HashSizeInBytes];
        Sha256Pair.HashAll(bytes, contents, hashes);
        for (int i = 0; i < contents.Length; i++)
        {
            digests[i] = new Digest(hashes.Slice(i * Sha256.HashSizeInBytes, Size));
        }
    }

    /// <param name="target">At least <see cref="Size"/> bytes.</param>
    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, a);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], b);
        BinaryPrimitives.WriteUInt64BigEndian(target[16..], c);
    }

    /// <summary>Writes it as MessagePack bytes.</summary>
    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteBinHeader(Size);
        CopyTo(writer.GetSpan(Size));
        writer.Advance(Size);
    }

    public bool Equals(Digest other) => a == other.a && b == other.b && c == other.c;

    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    /// <summary>The digest is uniform already, so a part of it will do.</summary>
    public override int GetHashCode() => (int)b;

    /// <summary>A hash of all of it that depends on secret numbers: for tables whose digests an attacker may have chosen.</summary>
    /// <param name="seeds">Three odd numbers.</param>
    public int HashWith(ReadOnlySpan<ulong> seeds)
    {
        ulong hash = (a * seeds[0]) ^ BitOperations.RotateLeft(b * seeds[1], 23) ^ BitOperations.RotateLeft(c * seeds[2], 47);
        return (int)((hash ^ (hash >> 29)) * seeds[0] >> 32);
    }

    public int CompareTo(Digest other) => a != other.a ? a.CompareTo(other.a) : b != other.b ? b.CompareTo(other.b) : c.CompareTo(other.c);

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    /// <summary>48 hexadecimal digits.</summary>
    public override string ToString() => $"{a:x16}{b:x16}{c:x16}";
}
