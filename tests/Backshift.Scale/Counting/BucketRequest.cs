using System.Globalization;
using System.Text;

namespace Backshift.Scale.Counting;

/// <summary>The head of a request.</summary>
/// <param name="Method">GET, PUT, …</param>
/// <param name="Path">The path, with the name of the bucket.</param>
/// <param name="Query">The words after the question mark.</param>
/// <param name="Headers">By names in lower case.</param>
internal sealed record BucketRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers)
{
    private const int LineLimit = 16 << 10;
    private const int LinesLimit = 200;

    /// <summary>How many bytes follow the head.</summary>
    internal long Length => long.Parse(Headers.GetValueOrDefault("content-length", "0"), NumberStyles.None, CultureInfo.InvariantCulture);

    internal bool Asks(string word) => Query.ContainsKey(word);

    /// <summary>Reads a head; null if the connection has ended.</summary>
    internal static BucketRequest? Read(Stream stream)
    {
        List<string> lines = [];
        while (ReadLine(stream) is { Length: > 0 } line)
        {
            if (lines.Count == LinesLimit)
            {
                throw new InvalidDataException("a head of too many lines");
            }

            lines.Add(line);
        }

        if (lines.Count == 0)
        {
            return null;
        }

        string[] words = lines[0].Split(' ');
        string[] target = words[1].Split('?', 2);
        Dictionary<string, string> query = target.Length < 2 || target[1].Length == 0 ? [] : target[1].Split('&').Select(static word => word.Split('=', 2))
            .ToDictionary(static pair => pair[0], static pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "");
        Dictionary<string, string> headers = lines.Skip(1).Select(static line => line.Split(": ", 2))
            .ToDictionary(static pair => pair[0].ToLowerInvariant(), static pair => pair.Length > 1 ? pair[1] : "");
        return new BucketRequest(words[0], Uri.UnescapeDataString(target[0]), query, headers);
    }

    private static string? ReadLine(Stream stream)
    {
        StringBuilder line = new();
        while (stream.ReadByte() is var next && next >= 0)
        {
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Length == LineLimit)
            {
                throw new InvalidDataException("a line that is too long");
            }

            line.Append((char)next);
        }

        return null;
    }
}
