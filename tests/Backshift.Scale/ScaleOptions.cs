using System.Globalization;
using Backshift.Scale.Counting;

namespace Backshift.Scale;

/// <summary>What the command line says.</summary>
internal sealed record ScaleOptions
{
    internal required Deed Deed { get; init; }

    /// <summary>Where the repositories are made; missing or empty before that.</summary>
    internal required string Folder { get; init; }

    /// <summary>The only thing to be measured; null for everything.</summary>
    internal string? Only { get; init; }

    internal long Chunks { get; init; } = 10_000_000;

    internal int Savesets { get; init; } = 10_000;

    internal int Hosts { get; init; } = 1_000;

    /// <summary>How many digests are looked up.</summary>
    internal int Lookups { get; init; } = 1_000_000;

    /// <summary>How many entries the runs have together that are merged.</summary>
    internal long Merged { get; init; } = 10_000_000;

    /// <summary>How many bytes the host has that is saved and restored while requests are counted.</summary>
    internal long Real { get; init; } = 256_000_000;

    /// <summary>A file that each request is noted in, a line each; null for none.</summary>
    internal string? Log { get; init; }

    /// <summary>What a service charges.</summary>
    internal Prices Prices { get; init; } = new();

    /// <summary>Where the programs are.</summary>
    internal string Programs { get; init; } = "out/bin";

    internal string Repository => Path.Combine(Folder, "repository");

    internal string MergeRepository => Path.Combine(Folder, "merge");

    internal Layout Layout => new(Chunks, Savesets, Hosts);

    /// <summary>The options, or null if they are not right.</summary>
    internal static ScaleOptions? Parse(string[] arguments)
    {
        if (arguments.Length < 2 || arguments.Length % 2 != 0 || !Enum.TryParse(arguments[0], ignoreCase: true, out Deed deed))
        {
            return null;
        }

        ScaleOptions options = new() { Deed = deed, Folder = Path.GetFullPath(arguments[1]) };
        for (int i = 2; i < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            long number = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed) ? parsed : 0;
            bool isShort = number is > 0 and <= int.MaxValue;
            bool isPrice = decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal price);
            ScaleOptions? next = arguments[i] switch
            {
                "--chunks" when number >= Layout.ChunksInPack => options with { Chunks = number },
                "--savesets" when isShort => options with { Savesets = (int)number },
                "--hosts" when isShort => options with { Hosts = (int)number },
                "--lookups" when isShort => options with { Lookups = (int)number },
                "--merged" when number > 0 => options with { Merged = number },
                "--real" when number > 0 => options with { Real = number },
                "--price-put" when isPrice => options with { Prices = options.Prices with { Put = price } },
                "--price-get" when isPrice => options with { Prices = options.Prices with { Get = price } },
                "--price-month" when isPrice => options with { Prices = options.Prices with { Month = price } },
                "--price-egress" when isPrice => options with { Prices = options.Prices with { Egress = price } },
                "--log" => options with { Log = Path.GetFullPath(value) },
                "--bin" => options with { Programs = Path.GetFullPath(value) },
                "--only" when Measuring.Measurements.Names.Contains(value) => options with { Only = value },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options.Savesets >= options.Hosts && options.Chunks / options.Hosts > 0 ? options : null;
    }

    /// <summary>The words of a command line for one measurement in a process of its own.</summary>
    internal IEnumerable<string> WordsFor(Deed deed, string? only) =>
    [
        deed.ToString().ToLowerInvariant(), Folder, "--chunks", Text(Chunks), "--savesets", Text(Savesets), "--hosts", Text(Hosts), "--lookups", Text(Lookups),
        "--merged", Text(Merged), "--bin", Programs, .. only is null ? (string[])[] : ["--only", only],
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
