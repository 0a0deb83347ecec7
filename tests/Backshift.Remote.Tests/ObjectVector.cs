using System.Globalization;
using System.Text;

namespace Backshift.Remote.Tests;

/// <summary>One file of tests/vectors/object; README.txt there describes it.</summary>
internal sealed class ObjectVector
{
    // More equal bytes in a row are written short.
    private const int Run = 64;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors", "object");

    internal string Message { get; private set; } = "";

    internal string Verb { get; private set; } = "";

    internal string Name { get; private set; } = "";

    internal string Expect { get; private set; } = "";

    internal bool IsWritten { get; private set; }

    internal string Json { get; private set; } = "";

    internal byte[] Bytes { get; private set; } = [];

    internal static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Folder, "*.txt").Select(static path => Path.GetFileNameWithoutExtension(path)).Where(static name => name != "README")
            .Order(StringComparer.Ordinal);

    internal static ObjectVector Load(string file)
    {
        ObjectVector vector = new();
        foreach (string line in File.ReadLines(Path.Combine(Folder, file + ".txt")))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            string value = line[(colon + 2)..];
            switch (line[..colon])
            {
                case "message": vector.Message = value; break;
                case "verb": vector.Verb = value; break;
                case "name": vector.Name = value; break;
                case "expect": vector.Expect = value; break;
                case "written": vector.IsWritten = value == "yes"; break;
                case "json": vector.Json = value; break;
                case "hex": vector.Bytes = [.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Unfold)]; break;
                default: throw new FormatException($"no such header: {line}");
            }
        }

        return vector;
    }

    /// <summary>Bytes as a vector shows them.</summary>
    internal static string Hex(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        int plain = 0;
        for (int at = 0; at < bytes.Length;)
        {
            int end = bytes[at..].IndexOfAnyExcept(bytes[at]) is >= 0 and int length ? at + length : bytes.Length;
            if (end - at > Run)
            {
                Add(text, Convert.ToHexStringLower(bytes[plain..at]));
                Add(text, $"{bytes[at]:x2}*{end - at}");
                plain = end;
            }

            at = end;
        }

        Add(text, Convert.ToHexStringLower(bytes[plain..]));
        return text.ToString();
    }

    private static void Add(StringBuilder text, string word) => text.Append(text.Length > 0 && word.Length > 0 ? " " : "").Append(word);

    private static byte[] Unfold(string word)
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
