using System.Globalization;

namespace Backshift.Tooling;

/// <summary>The counts of a run at one moment.</summary>
/// <param name="Files">Files seen.</param>
/// <param name="Read">Bytes of files read.</param>
/// <param name="New">Bytes that the repository did not hold yet.</param>
/// <param name="Stored">Bytes written to the repository.</param>
/// <param name="Elapsed">Time since the start.</param>
public readonly record struct ProgressCounts(long Files, long Read, long New, long Stored, TimeSpan Elapsed)
{
    /// <summary>"bs-store: 83,731 files, 1.3 GB, 210 MB/s, new 312 MB, stored 98.1 MB, 0:06"</summary>
    public string ToLine(string program) =>
        $"{program}: {SizeText.Count(Files)} files, {SizeText.Bytes(Read)}, {SizeText.Rate(Read, Elapsed)}, " +
        $"new {SizeText.Bytes(New)}, stored {SizeText.Bytes(Stored)}, {SizeText.Duration(Elapsed)}";

    /// <summary>The same as a JSON object, in bytes and seconds.</summary>
    public string ToJson(string program) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"program":"{{program}}","files":{{Files}},"read":{{Read}},"new":{{New}},"stored":{{Stored}},"seconds":{{Elapsed.TotalSeconds:0.000}}}""");
}
