using System.Globalization;
using Backshift.Records;

namespace Backshift.Repository.Codecs;

/// <summary>What a writer compresses with: "zstd:3", "lzma" or "none".</summary>
public readonly record struct CodecChoice(Codec Codec, int Level)
{
    private const int HighestLevel = 19;

    public static CodecChoice Default => new(Codec.Zstd, 3);

    /// <exception cref="BackshiftException">There is no such codec.</exception>
    public static CodecChoice Parse(string text)
    {
        if (text is "none")
        {
            return new CodecChoice(Codec.None, 0);
        }

        if (text is "lzma")
        {
            return new CodecChoice(Codec.Lzma, 0);
        }

        if (text is "zstd")
        {
            return Default;
        }

        if (text.StartsWith("zstd:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int level) && level is >= 1 and <= HighestLevel)
        {
            return new CodecChoice(Codec.Zstd, level);
        }

        throw new BackshiftException(ExitCode.Usage, $"codec {text}: is not one of zstd:1 to zstd:{HighestLevel}, lzma, none");
    }

    public override string ToString() => Codec switch
    {
        Codec.None => "none",
        Codec.Lzma => "lzma",
        _ => string.Create(CultureInfo.InvariantCulture, $"zstd:{Level}"),
    };
}
