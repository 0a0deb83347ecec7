using System.Globalization;

namespace Backshift.Records.Tests;

/// <summary>One file of tests/vectors/stream; README.txt there describes it.</summary>
internal sealed class StreamVector
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors", "stream");

    internal string Name { get; private set; } = "";

    internal string Expect { get; private set; } = "";

    internal bool Canonical { get; private set; }

    internal List<string> Records { get; } = [];

    internal byte[] Stream { get; private set; } = [];

    internal static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Folder, "*.txt").Select(static path => Path.GetFileNameWithoutExtension(path)).Where(static name => name != "README")
            .Order(StringComparer.Ordinal);

    internal static StreamVector Load(string file)
    {
        StreamVector vector = new();
        foreach (string line in File.ReadLines(Path.Combine(Folder, file + ".txt")))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            string value = line[(colon + 2)..];
            switch (line[..colon])
            {
                case "name": vector.Name = value; break;
                case "expect": vector.Expect = value; break;
                case "comment": break;
                case "canonical": vector.Canonical = value == "yes"; break;
                case "record": vector.Records.Add(value); break;
                case "hex": vector.Stream = [.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Bytes)]; break;
                default: throw new FormatException($"no such header: {line}");
            }
        }

        return vector;
    }

    /// <summary>Bytes as a vector shows them.</summary>
    internal static string Hex(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 65536 && !bytes.ContainsAnyExcept(bytes[0]) ? $"{bytes[0]:x2}*{bytes.Length}" : Convert.ToHexStringLower(bytes);

    private static byte[] Bytes(string word)
    {
        int star = word.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            return Convert.FromHexString(word);
        }

        byte[] run = new byte[int.Parse(word[(star + 1)..], CultureInfo.InvariantCulture)];
        Array.Fill(run, Convert.FromHexString(word[..star])[0]);
        return run;
    }
}
