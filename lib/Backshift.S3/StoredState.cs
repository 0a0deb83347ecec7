using Backshift.Posix;

namespace Backshift.S3;

/// <summary>What the server says of an object.</summary>
/// <param name="Length">Its length.</param>
/// <param name="Received">When the server received it.</param>
/// <param name="Tag">The tag of its content, as the server gives it.</param>
/// <param name="Writer">The mark of the writer that sent it; null if it has none.</param>
/// <param name="Version">Its version; null where the bucket keeps none.</param>
/// <param name="LockedUntil">Until when it is locked; null if it is not.</param>
internal sealed record StoredState(long Length, UnixTime Received, string Tag, string? Writer, string? Version, UnixTime? LockedUntil);
