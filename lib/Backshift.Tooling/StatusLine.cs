using System.Text;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>Fits a status line to the width of a terminal: one that wraps could not be erased.</summary>
internal static class StatusLine
{
    private const int LeastName = 12;

    // Where the program's name and the file stand among the parts.
    private const int ProgramRank = 5;
    private const int FileRank = 4;

    /// <summary>
    /// The parts for which there is room in <paramref name="width"/> columns, then the file, if it is large, or the end of the last entry's name.
    /// </summary>
    internal static string Fit(string program, ProgressCounts counts, byte[]? name, int width)
    {
        List<StatusPart> parts = [new($"{program}:", ProgramRank), .. counts.Parts().Where(static part => part.Text.Length > 0)];
        string share = counts.File?.Share ?? "";
        string shown = counts.File?.ShownName ?? "";
        while (parts.Count > 1)
        {
            int last = parts.Max(static part => part.Rank);
            int room = width - Columns(Join(parts));
            if (room >= 0 && (shown.Length == 0 || last <= FileRank - 1 || room >= RoomFor(shown, share)))
            {
                break;
            }

            parts.RemoveAt(parts.FindIndex(part => part.Rank == last));
        }

        string head = Join(parts);
        return shown.Length > 0 && width - Columns(head) >= RoomFor(shown, share)
            ? $"{head}  {TakeEnd(shown, width - Columns(head) - 2 - share.Length)}{share}"
            : Fit(head, shown.Length > 0 ? null : name, width);
    }

    /// <summary>The text and, where there is room, the end of the name, in at most <paramref name="width"/> columns.</summary>
    internal static string Fit(string text, byte[]? name, int width)
    {
        string head = TakeFirst(text, Math.Max(width, 0));
        int room = width - Columns(head) - 2;
        return name is null || room < LeastName ? head : $"{head}  {TakeEnd(Escaping.Display(name), room)}";
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

    /// <summary>The least that a file takes: two blanks, the end of its name, its share.</summary>
    private static int RoomFor(string shown, string share) => 2 + Math.Min(Columns(shown), LeastName) + share.Length;

    /// <summary>The program's name has its own colon; all else is set apart by commas.</summary>
    private static string Join(List<StatusPart> parts)
    {
        StringBuilder line = new();
        for (int i = 0; i < parts.Count; i++)
        {
            line.Append(i == 0 ? "" : parts[i - 1].Rank == ProgramRank ? " " : ", ").Append(parts[i].Text);
        }

        return line.ToString();
    }

    private static string TakeEnd(string text, int room) => Columns(text) <= room ? text : "..." + TakeLast(text, room - 3);

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
