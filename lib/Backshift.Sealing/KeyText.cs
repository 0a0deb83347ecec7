using System.Security.Cryptography;
using System.Text;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>The root key as text, to be printed and typed: Bech32 of BIP 173, which finds any mistake in up to four characters; see backshift-repository(5),
/// "The key as text".</summary>
public static class KeyText
{
    /// <summary>What it begins with.</summary>
    public const string Prefix = "backshift-key-";

    private const string Letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;
    private const int GroupBits = 5;

    private static readonly uint[] generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    /// <summary>The text of a key, in upper case.</summary>
    public static string Of(RootKey key)
    {
        byte[] groups = new byte[((RootKey.Size * 8) + GroupBits - 1) / GroupBits];
        for (int i = 0; i < RootKey.Size * 8; i++)
        {
            groups[i / GroupBits] |= (byte)(((key.Span[i / 8] >> (7 - (i % 8))) & 1) << (GroupBits - 1 - (i % GroupBits)));
        }

        uint sum = Checksum([.. groups, .. new byte[ChecksumLength]]) ^ 1;
        string text = Prefix + "1" + string.Concat(groups.Select(static group => Letters[group]))
            + string.Concat(Enumerable.Range(0, ChecksumLength).Select(i => Letters[(int)(sum >> (GroupBits * (ChecksumLength - 1 - i))) & 31]));
        CryptographicOperations.ZeroMemory(groups);
        return text.ToUpperInvariant();
    }

    /// <summary>Reads a key.</summary>
    /// <param name="text">The text, in one case; spaces, line ends and hyphens that were put in for the eye are passed over.</param>
    /// <returns>Null if it is no key, or was copied wrong.</returns>
    public static RootKey? TryParse(string text)
    {
        string lower = string.Concat(text.Where(static c => !char.IsWhiteSpace(c))).ToLowerInvariant();
        int groups = ((RootKey.Size * 8) + GroupBits - 1) / GroupBits;
        if (!lower.StartsWith(Prefix + "1", StringComparison.Ordinal))
        {
            return null;
        }

        string data = lower[(Prefix.Length + 1)..].Replace("-", "", StringComparison.Ordinal);
        byte[] values = [.. data.Select(static c => (byte)Letters.IndexOf(c, StringComparison.Ordinal))];
        if (values.Length != groups + ChecksumLength || Array.Exists(values, static value => value > 31) || Checksum(values) != 1)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[RootKey.Size + 1];
        for (int i = 0; i < groups * GroupBits; i++)
        {
            bytes[i / 8] |= (byte)(((values[i / GroupBits] >> (GroupBits - 1 - (i % GroupBits))) & 1) << (7 - (i % 8)));
        }

        RootKey? key = bytes[RootKey.Size] == 0 ? RootKey.Of(bytes[..RootKey.Size]) : null;
        CryptographicOperations.ZeroMemory(bytes);
        CryptographicOperations.ZeroMemory(values);
        return key;
    }

    /// <summary>Reads the key in a file: on its first line, without empty ones and comments.</summary>
    /// <returns>Null if there is none, or it was copied wrong.</returns>
    public static RootKey? TryRead(ReadOnlySpan<byte> file)
    {
        CommentedLines lines = new(file);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (!line.Trim(" \t"u8).IsEmpty)
            {
                return TryParse(Encoding.Latin1.GetString(line));
            }
        }

        return null;
    }

    private static uint Checksum(ReadOnlySpan<byte> values)
    {
        uint sum = 1;
        foreach (char c in Prefix)
        {
            sum = Next(sum, (uint)c >> GroupBits);
        }

        sum = Next(sum, 0);
        foreach (char c in Prefix)
        {
            sum = Next(sum, (uint)c & 31);
        }

        foreach (byte value in values)
        {
            sum = Next(sum, value);
        }

        return sum;
    }

    private static uint Next(uint sum, uint value)
    {
        uint top = sum >> 25;
        sum = ((sum & 0x1ffffff) << GroupBits) ^ value;
        for (int i = 0; i < generator.Length; i++)
        {
            sum ^= ((top >> i) & 1) == 0 ? 0 : generator[i];
        }

        return sum;
    }
}
