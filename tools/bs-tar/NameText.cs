using System.Text;

namespace Backshift.Tools.Tar;

/// <summary>
/// Names as text for regular expressions, without loss: an ASCII byte is that character, any other one of the private use area, which is no letter, has no
/// upper case and belongs to no class. So expressions see bytes, as tar's do in the locale C.
/// </summary>
internal static class NameText
{
    private const int High = 0xF700;

    internal static char Of(byte b) => (char)(b < 0x80 ? b : High + b);

    internal static string Of(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new(name.Length);
        foreach (byte b in name)
        {
            text.Append(Of(b));
        }

        return text.ToString();
    }

    internal static byte[] ToBytes(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            bytes[i] = (byte)(text[i] < 0x80 ? text[i] : text[i] - High);
        }

        return bytes;
    }
}
