namespace Backshift.Posix;

/// <summary>
/// The lines of a file that a person writes: without empty lines and comments ("# …"), and without the carriage return that some editors put at the end.
/// </summary>
public ref struct CommentedLines
{
    private ReadOnlySpan<byte> rest;

    /// <param name="text">The content of the file.</param>
    public CommentedLines(ReadOnlySpan<byte> text) => rest = text;

    /// <summary>Moves on to the next line.</summary>
    /// <param name="line">At least a byte, without the end of the line.</param>
    /// <returns>False after the last one.</returns>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            line = line.EndsWith("\r"u8) ? line[..^1] : line;
            if (!line.IsEmpty && line[0] != (byte)'#')
            {
                return true;
            }
        }

        line = default;
        return false;
    }
}
