using System.Globalization;

namespace Backshift.Scale.Counting;

/// <summary>
/// A host with data that does not compress, to be saved and restored: half of it in files of 8 MiB at most, the rest in files of 64 KiB on average.
/// </summary>
internal sealed class RealTree
{
    private const int Large = 8 << 20;
    private const int Small = 128 << 10;
    private const int FilesInDirectory = 100;

    // One in so many small files changes, and one in so many pieces of each large one.
    private const int ChangeEvery = 100;

    private readonly Random random;
    private readonly List<string> small = [];
    private readonly List<string> large = [];

    /// <param name="folder">Where it is made.</param>
    /// <param name="bytes">How much data it has.</param>
    internal RealTree(string folder, long bytes)
    {
        Folder = folder;
        random = new Random(1);
        Directory.CreateDirectory(Path.Combine(folder, "disks"));
        for (long left = bytes / 2; left > 0; left -= Large)
        {
            large.Add(Write($"disks/disk{large.Count:d5}", (int)Math.Min(left, Large)));
        }

        for (long left = bytes - (bytes / 2); left > 0;)
        {
            int size = (int)Math.Min(left, random.Next(1, Small));
            string parent = $"data/d{small.Count / FilesInDirectory:d4}";
            Directory.CreateDirectory(Path.Combine(folder, parent));
            small.Add(Write(string.Create(CultureInfo.InvariantCulture, $"{parent}/f{small.Count:d6}"), size));
            left -= size;
        }
    }

    internal string Folder { get; }

    internal int Files => small.Count + large.Count;

    /// <summary>A file of 64 KiB or so, relative to the folder.</summary>
    internal string OneFile => small[small.Count / 2];

    /// <summary>Gives a hundredth of the data other contents.</summary>
    internal void Change()
    {
        for (int i = 0; i < small.Count; i += ChangeEvery)
        {
            Write(small[i], (int)new FileInfo(Path.Combine(Folder, small[i])).Length);
        }

        foreach (string path in large)
        {
            using FileStream file = File.Open(Path.Combine(Folder, path), FileMode.Open, FileAccess.ReadWrite);
            byte[] piece = new byte[file.Length / ChangeEvery];
            random.NextBytes(piece);
            file.Position = random.NextInt64(file.Length - piece.Length);
            file.Write(piece);
        }
    }

    private string Write(string path, int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(Folder, path), bytes);
        return path;
    }
}
