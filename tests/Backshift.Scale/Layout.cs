using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Scale;

/// <summary>
/// What lies where in the repository that is made: every chunk has a number, packs hold consecutive ones, and so do hosts. All of it follows from three
/// numbers, so a program that looks chunks up needs no list of them.
/// </summary>
internal sealed class Layout
{
    /// <summary>Length of each chunk: the average of a repository with default options.</summary>
    internal const int ChunkSize = 16 << 10;

    /// <summary>A block of 1 MiB.</summary>
    internal const int ChunksInBlock = 64;

    /// <summary>A pack of 32 MiB of data that does not compress: of all data that has the most packs.</summary>
    internal const int ChunksInPack = 2048;

    // Nine tenths of a host are files of 64 MiB, whose chunks stand in lists; the rest are files of up to 31 chunks, 16 on average.
    private const int ChunksInLargeFile = 4096;
    private const int ChunksInSmallFile = 31;
    private const int FilesInDirectory = 100;

    // The first host has this share of all chunks.
    private const int LargeHost = 10;

    private readonly int savesets;

    internal Layout(long chunks, int savesets, int hosts)
    {
        Chunks = chunks;
        Hosts = hosts;
        this.savesets = savesets;
    }

    internal long Chunks { get; }

    internal int Hosts { get; }

    internal int Packs => (int)((Chunks + ChunksInPack - 1) / ChunksInPack);

    /// <summary>How many savesets a host has.</summary>
    internal int Versions(int host) => (savesets / Hosts) + (host < savesets % Hosts ? 1 : 0);

    /// <summary>The name of a host; the first one has a tenth of all chunks.</summary>
    internal static string NameOf(int host) => host == 0 ? "large" : $"host-{host:d4}";

    /// <summary>When a saveset of this version was started.</summary>
    internal static UnixTime Started(int version) => new(1_767_225_600 + (version * 86_400L), 0);

    /// <summary>Number of the first chunk of a host; for the number after the last host, the number of chunks.</summary>
    internal long FirstOf(int host)
    {
        if (host == 0 || host == Hosts)
        {
            return host == 0 ? 0 : Chunks;
        }

        long large = Chunks / LargeHost;
        return large + ((Chunks - large) / (Hosts - 1) * (host - 1));
    }

    /// <summary>The files of a host, in the order of its tree.</summary>
    internal IEnumerable<HostFile> Files(int host)
    {
        long at = FirstOf(host), end = FirstOf(host + 1);
        long largeFiles = (end - at) * 9 / 10 / ChunksInLargeFile;
        long endOfSmall = end - (largeFiles * ChunksInLargeFile);
        int number = 0;
        for (; at < endOfSmall; number++)
        {
            int count = (int)Math.Min(endOfSmall - at, 1 + (long)(SyntheticDigest.Mix((ulong)at) % ChunksInSmallFile));
            yield return new HostFile(number, $"data/d{number / FilesInDirectory:d5}/f{number:d7}", at, count, IsLarge: false);
            at += count;
        }

        for (; at < end; at += ChunksInLargeFile, number++)
        {
            yield return new HostFile(number, $"disks/disk{number:d7}", at, ChunksInLargeFile, IsLarge: true);
        }
    }

    /// <summary>The entry of a directory, as bs-walk makes it.</summary>
    internal static EntryRecord Folder(string path) => new()
    {
        Path = BytePath.Of(path),
        Type = EntryType.Directory,
        Mode = 0x1EDu,
        Uid = 1000,
        Gid = 1000,
        Mtime = Started(0),
        Nlink = 2,
    };
}
