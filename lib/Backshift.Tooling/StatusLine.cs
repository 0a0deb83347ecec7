using System.Text;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>Makes a status line that fits a terminal: one that wraps could not be erased.</summary>
internal static class StatusLine
{
    /// <summary>The counts and, where there is room, the end of the name, in at most <paramref name="width"/> columns.</summary>
    internal static string Fit(string counts, byte[]? name, int width)
    {
        const int Least = 12;
        string head = TakeFirst(counts, Math.Max(width, 0));
        int room = width - Columns(head) - 2;
        if (name is null || room < Least)
        {
            return head;
        }

        string shown = Escaping.Display(name);
        return $"{head}  {(Columns(shown) <= room ? shown : "..." + TakeLast(shown, room - 3))}";
    }

    /// <summary>Columns that the text takes at most: East Asian characters, and all that might be as wide, count two.</summary>
    internal static int Columns(string text)
    {
        int columns = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            columns += Columns(rune);
        }

        return columns;
    }

    private static int Columns(Rune rune) => rune.Value < 0x1100 ? 1 : 2;

    private static string TakeFirst(string text, int room)
    {
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            room -= Columns(rune);
            if (room < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static string TakeLast(string text, int room)
    {
        int start = text.Length;
        while (start > 0)
        {
            Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out Rune rune, out int length);
            room -= Columns(rune);
            if (room < 0)
            {
                break;
            }

            start -= length;
        }

        return text[start..];
    }
}
