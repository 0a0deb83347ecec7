using System.Buffers.Binary;
using System.Text;
using Backshift.Posix;

namespace Backshift.Repository.Packs;

/// <summary>The host that a pack was written for: 8 bytes in its trailer; see backshift-repository(5), "Trailer".</summary>
internal static class PackOrigin
{
    /// <summary>Packs of this host: the first 8 bytes of the SHA-256 of its name, as a big-endian number.</summary>
    internal static ulong Of(string host)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(Encoding.UTF8.GetBytes(host), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
