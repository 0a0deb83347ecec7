using System.IO.Hashing;
using Backshift.Records;

namespace Backshift.Tools.Restore;

/// <summary>
/// The files with several names that could not be restored, so that no link is made to an older file that has the name. Each is kept as a hash of 128 bits:
/// two paths made to collide cost a link, which is reported.
/// </summary>
internal sealed class FailedFiles
{
    // Some 50 MB.
    private const int Limit = 1 << 20;

    private readonly HashSet<UInt128> paths = [];

    /// <summary>Remembers an entry if links to it may follow.</summary>
    /// <exception cref="BackshiftException">There are too many.</exception>
    internal void Add(EntryRecord entry)
    {
        if (entry.Nlink is null or > 1 && entry.Type != EntryType.Directory)
        {
            if (paths.Count >= Limit)
            {
                throw new BackshiftException(ExitCode.DataError, $"more than {Limit} files with several names could not be restored");
            }

            paths.Add(XxHash128.HashToUInt128(entry.Path.Span));
        }
    }

    internal bool Contains(ReadOnlySpan<byte> path) => paths.Count > 0 && paths.Contains(XxHash128.HashToUInt128(path));
}
