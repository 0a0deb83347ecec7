using System.Text;
using Backshift.Posix;

namespace Backshift.Tools.Save;

/// <summary>Prints a command: as it is, or, where a name in it could command the terminal, escaped.</summary>
internal static class ShownCommand
{
    /// <param name="output">Standard output.</param>
    /// <param name="command">The command.</param>
    /// <param name="terminal">Whether a terminal shows it.</param>
    internal static void Print(Stream output, ReadOnlySpan<byte> command, bool terminal)
    {
        // Escaping doubles backslashes; any other backslash stands for bytes that a terminal must not see. Then the command is shown, but cannot be run.
        string escaped = Escaping.Display(command);
        bool safe = !escaped.Replace(@"\\", "", StringComparison.Ordinal).Contains('\\', StringComparison.Ordinal);
        ReadOnlySpan<byte> shown = safe || !terminal ? command : Encoding.UTF8.GetBytes(escaped);
        output.Write([.. shown, (byte)'\n']);
    }
}
