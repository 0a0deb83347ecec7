using System.Buffers;
using System.Text;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>
/// Arguments as text that loses nothing: a byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte, as in Python's
/// "surrogateescape". The command line parser sees strings; names come out of it as the bytes they were.
/// </summary>
public static class ArgumentText
{
    private const int Escape = 0xDC00;

    /// <summary>The text that stands for <paramref name="bytes"/>.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done)
            {
                text.Append(rune);
            }
            else
            {
                foreach (byte b in bytes[..length])
                {
                    text.Append((char)(Escape + b));
                }
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>The bytes that <paramref name="text"/> stands for.</summary>
    public static byte[] ToBytes(string text)
    {
        ArrayBufferWriter<byte> bytes = new(text.Length + 4);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf16(rest, out Rune rune, out int length) == OperationStatus.Done;
            if (valid || rest[0] is < (char)(Escape + 0x80) or > (char)(Escape + 0xFF))
            {
                bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
            }
            else
            {
                bytes.GetSpan(1)[0] = (byte)(rest[0] - Escape);
                bytes.Advance(1);
            }

            rest = rest[length..];
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The bytes of <paramref name="text"/>, escaped for display.</summary>
    public static string Display(string text) => Escaping.Display(ToBytes(text));

    /// <summary>
    /// The last of this process's arguments, as many as <paramref name="args"/> has, from their bytes; <paramref name="args"/> themselves where they
    /// are not the process's own.
    /// </summary>
    internal static string[] Own(string[] args)
    {
        if (!Array.Exists(args, static text => text.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            return args;
        }

        List<byte[]> all = Machine.Arguments();
        string[] own = new string[args.Length];
        for (int i = 0; i < args.Length; i++)
        {
            int at = all.Count - args.Length + i;
            if (at < 0 || Encoding.UTF8.GetString(all[at]) != args[i])
            {
                return args;
            }

            own[i] = FromBytes(all[at]);
        }

        return own;
    }
}
