using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Scale;

/// <summary>A file of a host: consecutive chunks, each of <see cref="Layout.ChunkSize"/> bytes.</summary>
/// <param name="Number">Its number, from 0 in each host.</param>
/// <param name="Path">Its path.</param>
/// <param name="First">Number of its first chunk.</param>
/// <param name="Count">How many chunks it has.</param>
/// <param name="IsLarge">Whether it has a list of them, and never changes.</param>
internal readonly record struct HostFile(int Number, string Path, long First, int Count, bool IsLarge)
{
    // One in so many of the small files changes from one saveset to the next.
    private const int ChangeEvery = 200;

    internal long Size => (long)Count * Layout.ChunkSize;

    /// <summary>The numbers of its chunks in a version of the host. A file that has changed has the same ones in the opposite order: new nodes, and no new
    /// chunks.</summary>
    internal IEnumerable<long> Numbers(int version)
    {
        bool isReversed = ChangedIn(version) > 0;
        for (int i = 0; i < Count; i++)
        {
            yield return isReversed ? First + Count - 1 - i : First + i;
        }
    }

    /// <summary>The entry of it, as bs-walk makes it.</summary>
    internal EntryRecord Entry(int version)
    {
        UnixTime time = Layout.Started(ChangedIn(version)) with { Nanoseconds = 5 };
        time = time with { Seconds = time.Seconds - 3600 };
        return new EntryRecord
        {
            Path = BytePath.Of(Path),
            Type = EntryType.File,
            Mode = 0x1A4u,
            Uid = 1000,
            Gid = 1000,
            User = [.. "user"u8],
            Group = [.. "users"u8],
            Size = Size,
            Mtime = time,
            Ctime = time,
            Dev = 2049,
            Ino = (ulong)Number + 12,
            Nlink = 1,
        };
    }

    /// <summary>The version in which it changed last, up to this one; 0 if it is what it was.</summary>
    private int ChangedIn(int version) => !IsLarge && (Number % ChangeEvery) + 1 is int changed && changed <= version ? changed : 0;
}
