using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Savesets;

/// <summary>
/// Savesets that cannot be read, of which only the place is known. Where one of them may be the saveset that was asked for, an earlier one must not pass for
/// it: a restore of old content with status 0 is worse than none.
/// </summary>
internal sealed class UnreadableSavesets
{
    private readonly List<BytePath> paths;

    /// <param name="paths">Of savesets, or directories of them, below the repository.</param>
    internal UnreadableSavesets(List<BytePath> paths) => this.paths = paths;

    /// <summary>Checks that none may be later than the saveset that was found.</summary>
    /// <param name="name">What the user asked for, for messages.</param>
    /// <param name="found">The latest that can be read, or one before it.</param>
    /// <param name="future">Those that start after this are skipped; null if they are not.</param>
    /// <exception cref="BackshiftException">There is one.</exception>
    internal void CheckNoneLater(string name, Saveset found, UnixTime? future)
    {
        string from = Start(found.Time), to = future is { IsCalendar: true } end ? Start(SavesetName.Time(end, digits: 0)) : "~";
        Refuse(name,
            paths.Find(path =>
            !IsCheckpoint(path) && (TimeOf(path) is not { } time || (string.CompareOrdinal(time, from) > 0 && string.CompareOrdinal(time, to) < 0))));
    }

    /// <summary>Checks that the beginning of a time belongs to none of them.</summary>
    /// <param name="name">What the user asked for, for messages.</param>
    /// <param name="digits">The beginning, without dashes and colons.</param>
    /// <param name="found">The only one that can be read.</param>
    /// <exception cref="BackshiftException">There is one, and the time is not the whole time of the one that was found.</exception>
    internal void CheckNoneBegins(string name, string digits, Saveset found)
    {
        if (!string.Equals(digits, SavesetCatalog.Plain(found.Time), StringComparison.OrdinalIgnoreCase))
        {
            Refuse(name, paths.Find(path => TimeOf(path) is not { } time || time.StartsWith(digits, StringComparison.OrdinalIgnoreCase)));
        }
    }

    private static void Refuse(string name, BytePath path)
    {
        if (!path.IsEmpty)
        {
            throw new BackshiftException(ExitCode.DataError, $"{name}: may be {path}, which cannot be read",
                "name a saveset by its whole time; bs-ls lists those that can be read");
        }
    }

    /// <summary>Null for a directory, whose savesets are not known.</summary>
    private static string? TimeOf(BytePath path) => SavesetPath.IsTime(path.Name) ? Start(Encoding.ASCII.GetString(path.Name)) : null;

    /// <summary>Only incomplete savesets have these names.</summary>
    private static bool IsCheckpoint(BytePath path) => path.Name.Contains((byte)'~');

    /// <summary>Without the Z, so that fractions of a second sort after the second.</summary>
    private static string Start(string time) => time[..(time.IndexOf('Z', StringComparison.Ordinal) is >= 0 and int end ? end : time.Length)];
}
