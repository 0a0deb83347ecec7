using System.Globalization;
using Backshift.Records;

namespace Backshift.Repository.Codecs;

/// <summary>What a writer compresses with: "zstd:3", "brotli", "lzma" or "none".</summary>
public readonly record struct CodecChoice(Codec Codec, int Level)
{
    private const int HighestLevel = 19;
    private const byte BrotliEffort = 24;
    private const byte LzmaEffort = 32;

    public static CodecChoice Default => new(Codec.Zstd, 3);

    /// <summary>How hard it tries, as a block that was recompressed records it: the level of zstd, 24 for brotli, and 32 for lzma. A block is not recompressed
    /// with less, or with the same.</summary>
    public byte Effort => Codec switch { Codec.Zstd => (byte)Level, Codec.Brotli => BrotliEffort, Codec.Lzma => LzmaEffort, _ => 0 };

    /// <exception cref="BackshiftException">There is no such codec.</exception>
    public static CodecChoice Parse(string text)
    {
        if (text is "none")
        {
            return new CodecChoice(Codec.None, 0);
        }

        if (text is "brotli")
        {
            return new CodecChoice(Codec.Brotli, 0);
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

        throw new BackshiftException(ExitCode.Usage, $"codec {text}: is not one of zstd:1 to zstd:{HighestLevel}, brotli, lzma, none");
    }

    public override string ToString() => Codec switch
    {
        Codec.None => "none",
        Codec.Brotli => "brotli",
        Codec.Lzma => "lzma",
        _ => string.Create(CultureInfo.InvariantCulture, $"zstd:{Level}"),
    };
}
