namespace Backshift.Sealing.Tests;

/// <summary>One file of tests/vectors/sealing; README.txt there describes it.</summary>
internal sealed class SealingVector
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors", "sealing");
    private readonly ILookup<string, string> lines;

    private SealingVector(IEnumerable<string> lines) =>
        this.lines = lines.Select(static line => line.Split(':', 2)).ToLookup(static pair => pair[0], static pair => pair[1].Trim(), StringComparer.Ordinal);

    internal string Expect => this["expect"];

    internal byte[] File => Hex("hex");

    internal RepositoryKeys Keys
    {
        get
        {
            using RootKey root = RootKey.Of(Hex("root"));
            return RepositoryKeys.Derive(root, Hex("sum"));
        }
    }

    /// <summary>The keys of a program that only collects.</summary>
    internal SealingKeys Collecting
    {
        get
        {
            using RepositoryKeys keys = Keys;
            using CollectingKey key = keys.MakeCollectingKey(Hex("sum"));
            return new CollectingKeys(key);
        }
    }

    internal string this[string key] => lines[key].Single();

    internal static TheoryData<string> Of(string kind) =>
        [.. Directory.EnumerateFiles(Folder, kind + "-*.txt").Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    internal static SealingVector Load(string name) => new(System.IO.File.ReadLines(Path.Combine(Folder, name + ".txt")));

    internal bool Has(string key) => lines.Contains(key);

    internal byte[] Hex(string key) => Convert.FromHexString(this[key]);

    /// <summary>The words of every line with a key; none if there is no such line.</summary>
    internal IEnumerable<string[]> Words(string key) => lines[key].Select(static line => line.Split(' '));
}
