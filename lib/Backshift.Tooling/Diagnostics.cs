using System.Globalization;
using System.Text;

namespace Backshift.Tooling;

/// <summary>
/// Lines on standard error. Each is one write(2), so that the lines of the stages of a pipe do not mix; a status line is erased
/// before and redrawn after it. On a terminal another stage may show one, so the line is cleared in any case; that stage
/// soon redraws it. Failures of standard error have nowhere to be reported and are ignored.
/// </summary>
internal sealed class Diagnostics
{
    private const string EraseLine = "\r\e[K";

    private readonly Stream sink;
    private readonly bool shared;
    private readonly Lock gate = new();
    private string status = "";

    /// <param name="program">The name that begins every line.</param>
    /// <param name="sink">Standard error.</param>
    /// <param name="shared">Whether it is a terminal on which another stage may show a status line.</param>
    internal Diagnostics(string program, Stream sink, bool shared = false)
    {
        Program = program;
        this.sink = sink;
        this.shared = shared;
    }

    internal string Program { get; }

    /// <summary>Writes <paramref name="message"/> and, on a line of its own, the hint.</summary>
    internal void Write(string message, string? hint = null)
    {
        string lines = $"{Program}: {Clean(message)}\n";
        if (hint is not null)
        {
            lines += $"{Program}: hint: {Clean(hint)}\n";
        }

        WriteLines(lines);
    }

    /// <summary>Writes a line as it is, without the program's name.</summary>
    internal void WritePlain(string line) => WriteLines(line + "\n");

    /// <summary>Replaces the status line on the terminal; an empty one erases it.</summary>
    internal void ShowStatus(string line)
    {
        lock (gate)
        {
            if (line.Length > 0 || status.Length > 0)
            {
                status = line;
                Send(EraseLine + line);
            }
        }
    }

    private void WriteLines(string lines)
    {
        lock (gate)
        {
            Send(shared || status.Length > 0 ? EraseLine + lines + status : lines);
        }
    }

    private void Send(string text)
    {
        try
        {
            sink.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Direction marks and separators: they are invisible, and change how the rest of the line is displayed.</summary>
    private static bool IsUnseen(char c) =>
        c >= 0x80 && char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Writes control characters other than the line ends of a trace, and lone surrogates, as \xHH and \uHHHH.</summary>
    private static string Clean(string message)
    {
        StringBuilder? clean = null;
        for (int i = 0; i < message.Length; i++)
        {
            char c = message[i];
            bool pair = char.IsHighSurrogate(c) && i + 1 < message.Length && char.IsLowSurrogate(message[i + 1]);
            if ((char.IsControl(c) && c != '\n') || (char.IsSurrogate(c) && !pair) || IsUnseen(c))
            {
                clean ??= new StringBuilder(message, 0, i, message.Length + 16);
                clean.Append(c < 0x100 ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}");
                continue;
            }

            clean?.Append(c);
            if (pair)
            {
                i++;
                clean?.Append(message[i]);
            }
        }

        return clean?.ToString() ?? message;
    }
}
