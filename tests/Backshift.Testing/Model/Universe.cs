using Backshift.Records;

namespace Backshift.Testing.Model;

/// <summary>
/// The contents that all savesets are made of: some files in several versions, of which neighbours share most chunks and resemble each other in the rest.
/// </summary>
internal static class Universe
{
    internal const int Versions = 20;

    // Chunks of each file, and their least and greatest length; the last is long enough for a list.
    private static readonly (string Path, int Chunks, int Least, int Most)[] Shapes =
        [("a", 1, 300, 2000), ("b", 3, 500, 4000), ("c", 9, 1000, 5000), ("d", 1, 20, 200), ("e", 2, 200, 6000), ("list", 270, 20, 90)];

    private static readonly Dictionary<Digest, byte[]> Contents = [];
    private static readonly Digest[][][] Files = Make();

    /// <summary>The paths of all files, in order; the last has a list.</summary>
    internal static IReadOnlyList<string> Paths { get; } = [.. Shapes.Select(static shape => shape.Path)];

    /// <summary>The chunks of a version of a file.</summary>
    internal static Digest[] Chunks(string path, int version) => Files[Array.FindIndex(Shapes, shape => shape.Path == path)][version];

    internal static byte[] Content(Digest chunk) => Contents[chunk];

    private static Digest[][][] Make()
    {
        Random random = new(12345);
        return [.. Shapes.Select(shape => MakeFile(random, shape.Chunks, shape.Least, shape.Most))];
    }

    private static Digest[][] MakeFile(Random random, int chunks, int least, int most)
    {
        byte[][] now = new byte[chunks][];
        for (int i = 0; i < chunks; i++)
        {
            now[i] = new byte[random.Next(least, most)];
            random.NextBytes(now[i]);
        }

        Digest[][] versions = new Digest[Versions][];
        for (int version = 0; version < Versions; version++)
        {
            versions[version] = [.. now.Select(Keep)];
            for (int i = 0; i < chunks; i++)
            {
                if (random.Next(3) == 0)
                {
                    now[i] = [.. now[i]];
                    now[i][random.Next(now[i].Length)] ^= (byte)random.Next(1, 256);
                }
            }
        }

        return versions;
    }

    private static Digest Keep(byte[] content)
    {
        Digest digest = Digest.Of(content);
        Contents.TryAdd(digest, content);
        return digest;
    }
}
