using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Repository.Collecting;

/// <summary>A pack that is old enough to be recompressed.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Published">When it was published.</param>
internal readonly record struct OldPack(ObjectName Pack, long Size, UnixTime Published);
