using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Backshift.Tar;

/// <summary>How names and values of attributes are written in extended headers.</summary>
public static class PaxEscapes
{
    /// <summary>The name in a key as GNU tar writes it: = and % are %3D and %25.</summary>
    public static byte[] ToKey(ReadOnlySpan<byte> name)
    {
        ArrayBufferWriter<byte> key = new(name.Length + 1);
        foreach (byte b in name)
        {
            key.Write(b switch { (byte)'=' => "%3D"u8, (byte)'%' => "%25"u8, _ => [b] });
        }

        return key.WrittenSpan.ToArray();
    }

    /// <summary>The name in a key of GNU tar, which writes = and % as %3D and %25 and nothing else so.</summary>
    public static byte[] FromKey(ReadOnlySpan<byte> key) => Decode(key, static code => code is (byte)'=' or (byte)'%');

    /// <summary>The name in a key of bsdtar, which writes many bytes so.</summary>
    public static byte[] FromPercents(ReadOnlySpan<byte> key) => Decode(key, static _ => true);

    /// <summary>The bytes that base64 stands for, with or without padding and line ends, or null.</summary>
    public static byte[]? FromBase64(ReadOnlySpan<byte> text)
    {
        byte[] padded = new byte[text.Length + 3];
        int length = 0;
        foreach (byte b in text)
        {
            if (b is not ((byte)'=' or (byte)'\n'))
            {
                padded[length++] = b;
            }
        }

        while (length % 4 != 0)
        {
            padded[length++] = (byte)'=';
        }

        return Base64.DecodeFromUtf8InPlace(padded.AsSpan(0, length), out int written) == OperationStatus.Done ? padded[..written] : null;
    }

    private static byte[] Decode(ReadOnlySpan<byte> key, Func<byte, bool> applies)
    {
        byte[] name = new byte[key.Length];
        int length = 0;
        while (!key.IsEmpty)
        {
            if (key[0] == (byte)'%' && key.Length >= 3 && byte.TryParse(key[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code)
                && applies(code))
            {
                name[length++] = code;
                key = key[3..];
            }
            else
            {
                name[length++] = key[0];
                key = key[1..];
            }
        }

        return name[..length];
    }
}
