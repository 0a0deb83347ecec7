using System.Text;
using Backshift.Posix;
using Backshift.Tooling;

namespace Backshift.Tools.Restore;

/// <summary>Prints a line for each change, where that is asked for; see bs-restore(1), "OUTPUT".</summary>
internal sealed class ChangeLines
{
    private readonly OutputBuffer? output;
    private readonly bool escape;

    /// <param name="output">Where lines go, or null.</param>
    /// <param name="escape">Whether they go to a terminal.</param>
    internal ChangeLines(OutputBuffer? output, bool escape)
    {
        this.output = output;
        this.escape = escape;
    }

    /// <summary>Whether anything is printed.</summary>
    internal bool AreShown => output is not null;

    internal void Add(BytePath path, bool directory = false) => Write('A', path, directory);

    internal void Change(BytePath path, bool directory = false) => Write('M', path, directory);

    internal void Delete(BytePath path, bool directory) => Write('D', path, directory);

    internal void Flush() => output?.Flush();

    private void Write(char letter, BytePath path, bool directory)
    {
        if (output is not null)
        {
            output.Write([(byte)letter, (byte)' ']);
            output.Write(escape ? Encoding.UTF8.GetBytes(path.ToString()) : path.Span);
            output.Write(directory ? "/\n"u8 : "\n"u8);
        }
    }
}
