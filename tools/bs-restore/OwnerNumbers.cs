using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Restore;

/// <summary>The numbers of an entry's owner and group here.</summary>
internal sealed class OwnerNumbers
{
    private readonly AccountNumbers? names;

    /// <param name="byName">Whether names count before numbers.</param>
    internal OwnerNumbers(bool byName) => names = byName ? new AccountNumbers() : null;

    internal uint? User(EntryRecord entry) => (entry.User is { Length: > 0 } user ? names?.User(user) : null) ?? entry.Uid;

    internal uint? Group(EntryRecord entry) => (entry.Group is { Length: > 0 } group ? names?.Group(group) : null) ?? entry.Gid;
}
