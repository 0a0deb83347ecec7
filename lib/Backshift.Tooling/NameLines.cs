using System.Text;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>Names of savesets on standard input: the first column of each line, as bs-ls writes it into a pipe.</summary>
public static class NameLines
{
    // Of a line that bs-ls writes, and of what it writes of all savesets that a repository can have.
    private const int LineLimit = 4096;
    private const int TotalLimit = 64 << 20;

    /// <summary>Reads all lines; empty ones are skipped.</summary>
    /// <param name="input">Where they come from.</param>
    /// <exception cref="BackshiftException">A line is too long, or not UTF-8.</exception>
    public static List<string> Read(Stream input)
    {
        MemoryStream all = new();
        byte[] buffer = new byte[LineLimit];
        for (int count = input.Read(buffer); count > 0; count = input.Read(buffer))
        {
            if (all.Length + count > TotalLimit)
            {
                throw new BackshiftException(ExitCode.DataError, $"standard input: has more than {TotalLimit} bytes of names");
            }

            all.Write(buffer, 0, count);
        }

        List<string> names = [];
        long number = 0;
        ReadOnlySpan<byte> bytes = all.GetBuffer().AsSpan(0, (int)all.Length);
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            number++;
            ReadOnlySpan<byte> line = bytes[range];
            if (line.Length > LineLimit || !System.Text.Unicode.Utf8.IsValid(line))
            {
                throw new BackshiftException(ExitCode.DataError, $"standard input: line {number} is no name of a saveset");
            }

            int end = line.IndexOfAny((byte)' ', (byte)'\t');
            if (line.Length > 0 && end != 0)
            {
                names.Add(Encoding.UTF8.GetString(end < 0 ? line : line[..end]));
            }
        }

        return names;
    }
}
