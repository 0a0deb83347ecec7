using System.Globalization;

namespace Backshift.Repository.Tests;

/// <summary>One file of tests/vectors/repository; README.txt there describes it.</summary>
internal sealed class RepositoryVector
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors", "repository");
    private readonly ILookup<string, string> lines;

    private RepositoryVector(IEnumerable<string> lines) =>
        this.lines = lines.Select(static line => line.Split(':', 2)).ToLookup(static pair => pair[0], static pair => pair[1].Trim(), StringComparer.Ordinal);

    internal bool IsRefused => this["expect"] == "refused";

    /// <summary>The object as a file.</summary>
    internal byte[] File => Bytes(this["hex"]);

    internal string this[string key] => lines[key].Single();

    /// <summary>The files that show an object: "pack" for pack-*.txt.</summary>
    internal static TheoryData<string> Of(string kind) =>
        [.. Directory.EnumerateFiles(Folder, kind + "-*.txt").Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    internal static RepositoryVector Load(string name) => new(System.IO.File.ReadLines(Path.Combine(Folder, name + ".txt")));

    /// <summary>The words of every line with a key.</summary>
    internal IEnumerable<string[]> Words(string key) => lines[key].Select(static line => line.Split(' '));

    internal static byte[] Bytes(string words) => [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(static word => Run(word))];

    internal static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static byte[] Run(string word)
    {
        if (word.Split('+') is [string first, string count])
        {
            // Numbers that count up.
            System.Numerics.BigInteger number = new(Convert.FromHexString(first), isUnsigned: true, isBigEndian: true);
            return [.. Enumerable.Range(0, Number(count)).SelectMany(i =>
            {
                byte[] bytes = (number + i).ToByteArray(isUnsigned: true, isBigEndian: true);
                return (byte[])[.. new byte[(first.Length / 2) - bytes.Length], .. bytes];
            })];
        }

        string[] parts = word.Split('*');
        byte[] bytes = Convert.FromHexString(parts[0]);
        return parts.Length == 1 ? bytes : [.. Enumerable.Repeat(bytes, Number(parts[1])).SelectMany(static each => each)];
    }
}
