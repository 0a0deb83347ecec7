using System.Globalization;
using System.Text.Json;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The counts of a run at one moment.</summary>
/// <param name="Entries">Entries seen.</param>
/// <param name="Bytes">Bytes of their contents that are done, whether they were read or not.</param>
/// <param name="New">Bytes that the repository did not hold yet.</param>
/// <param name="Stored">Bytes written to the repository.</param>
/// <param name="Elapsed">Time since the start.</param>
public readonly record struct ProgressCounts(long Entries, long Bytes, long New, long Stored, TimeSpan Elapsed)
{
    // Cost of an entry besides its content, in bytes that could be read in that time: without it a tree of small files would seem to stall.
    private const long PerEntry = 4096;

    /// <summary>The expected totals, if known.</summary>
    public EstimateNote? Estimate { get; init; }

    /// <summary>Bytes a second, lately.</summary>
    public long Rate { get; init; }

    /// <summary>How long the rest will take at the pace of the last while, if that can be said.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>The file under way, if it is large or takes long.</summary>
    public FileProgress? File { get; init; }

    /// <summary>What the program does.</summary>
    public ProgressKind Kind { get; init; }

    /// <summary>The work done, in bytes; each entry counts as some bytes.</summary>
    internal Int128 Work =>
        WorkOf(Estimate?.Entries is null && Estimate?.Bytes is not null ? 0 : Entries, Estimate?.Bytes is null && Estimate?.Entries is not null ? 0 : Bytes);

    /// <summary>All the work, in the same measure; null if unknown, or if the estimate has turned out to be too low.</summary>
    internal Int128? AllWork => Estimate is { } all && WorkOf(all.Entries ?? 0, all.Bytes ?? 0) is var work && work > 0 && work >= Work ? work : null;

    /// <summary>The share that is done in whole percent, rounded down; null where it cannot be said.</summary>
    internal int? Percent => AllWork is { } all ? (int)(Work * 100 / all) : null;

    /// <summary>"bs-store: 31%, 25,957 of 83,731 entries, 412 MB of 1.3 GB, 210 MB/s, new 98.1 MB, stored 31.2 MB, 0:02, 0:04 left", and the file if it is
    /// large.</summary>
    public string ToLine(string program) => $"{program}: {ToText()}";

    /// <summary>The same without the program's name.</summary>
    public string ToText() =>
        string.Join(", ", Parts().Where(static part => part.Text.Length > 0).Select(static part => part.Text)) + (File is null ? "" : $", {File.ToText()}");

    /// <summary>The pieces of a line, each with how soon it may be left out.</summary>
    internal StatusPart[] Parts() =>
    [
        new(Percent is { } percent ? $"{percent}%" : "", 0),
        new($"{SizeText.Count(Entries)}{Of(Estimate?.Entries, Entries, SizeText.Count)} {Counted}", 4),
        new($"{SizeText.Bytes(Bytes)}{Of(Estimate?.Bytes, Bytes, SizeText.Bytes)}", 1),
        new($"{SizeText.Bytes(Rate)}/s", 3),
        new(Kind == ProgressKind.Storing ? $"new {SizeText.Bytes(New)}" : "", 7),
        new(Kind switch
        {
            ProgressKind.Storing => $"stored {SizeText.Bytes(Stored)}",
            ProgressKind.Restoring => $"fetched {SizeText.Bytes(Stored)}",
            _ => "",
        }, 6),
        new(SizeText.Duration(Elapsed), Left is null ? 2 : 8),
        new(Left is { } left ? $"{SizeText.Duration(left)} left" : "", 2),
    ];

    /// <summary>The same as a JSON object, in bytes and seconds.</summary>
    public string ToJson(string program)
    {
        string all = Number($"of_{Key}", Estimate?.Entries) + Number("of_bytes", Estimate?.Bytes)
            + (Estimate is null ? "" : $",\"estimate\":\"{JsonEncodedText.Encode(Estimate.Source)}\"");
        string left = Left is { } time ? string.Create(CultureInfo.InvariantCulture, $",\"left\":{time.TotalSeconds:0}") : "";
        string file = File is null ? ""
            : $",\"file\":\"{JsonEncodedText.Encode(File.ShownName)}\"" + Number("file_bytes", File.Done) + Number("file_size", File.Size);
        string moved = Kind switch
        {
            ProgressKind.Storing => Number("new", New) + Number("stored", Stored),
            ProgressKind.Restoring => Number("fetched", Stored),
            _ => "",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"program":"{{program}}","{{Key}}":{{Entries}},"bytes":{{Bytes}}{{moved}},"seconds":{{Elapsed.TotalSeconds:0.000}}"""
            + $$""","rate":{{Rate}}{{all}}{{left}}{{file}}}""");
    }

    private string Counted => Kind == ProgressKind.Copying && Entries == 1 ? "pack" : Key;

    private string Key => Kind == ProgressKind.Copying ? "packs" : "entries";

    /// <summary>" of 83,731", or " of ~83,731" for an estimate; empty once there is more than that.</summary>
    private string Of(long? all, long done, Func<long, string> show) => all >= done ? $" of {(Estimate!.IsCounted ? "" : "~")}{show(all.Value)}" : "";

    private static Int128 WorkOf(long entries, long bytes) => bytes + ((Int128)PerEntry * entries);

    private static string Number(string key, long? value) => value is { } number ? string.Create(CultureInfo.InvariantCulture, $",\"{key}\":{number}") : "";
}
