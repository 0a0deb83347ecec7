using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Paths.Patterns;

/// <summary>Patterns in the order in which they were given; the first that matches decides.</summary>
public sealed class PatternList
{
    private const int MaxFile = 16 << 20;

    private readonly List<(Pattern Pattern, bool Exclude)> patterns = [];

    public bool IsEmpty => patterns.Count == 0;

    /// <exception cref="BackshiftException">It is no pattern.</exception>
    public void Add(ReadOnlySpan<byte> pattern, bool exclude) => patterns.Add((new Pattern(pattern), exclude));

    /// <summary>Adds the lines of a file: "# …" is a comment, "!pattern" includes, every other excludes; "\#" and "\!" begin a pattern with that
    /// byte.</summary>
    /// <exception cref="BackshiftException">A line is no pattern, or the file is too large.</exception>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    public void AddFile(BytePath path)
    {
        using UnixFile file = UnixFile.Open(path);
        MemoryStream all = new();
        byte[] buffer = new byte[64 << 10];
        int count;
        while ((count = file.Read(buffer)) > 0)
        {
            all.Write(buffer, 0, count);
            if (all.Length > MaxFile)
            {
                throw new BackshiftException(ExitCode.Usage, $"{path}: larger than {MaxFile} bytes");
            }
        }

        AddLines(all.GetBuffer().AsSpan(0, (int)all.Length));
    }

    internal void AddLines(ReadOnlySpan<byte> lines)
    {
        CommentedLines each = new(lines);
        while (each.TryNext(out ReadOnlySpan<byte> line))
        {
            bool include = line[0] == (byte)'!';
            Add(include ? line[1..] : line, !include);
        }
    }

    /// <summary>Whether any of them matches the path.</summary>
    public bool Match(ReadOnlySpan<byte> path, bool directory)
    {
        foreach ((Pattern pattern, _) in patterns)
        {
            if (pattern.Matches(path, directory))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the path is to be left out. What lies below a directory that is left out is not asked about.</summary>
    public bool Excludes(ReadOnlySpan<byte> path, bool directory)
    {
        foreach ((Pattern pattern, bool exclude) in patterns)
        {
            if (pattern.Matches(path, directory))
            {
                return exclude;
            }
        }

        return false;
    }
}
