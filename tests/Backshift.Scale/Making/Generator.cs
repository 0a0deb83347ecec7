using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Configuration;

namespace Backshift.Scale.Making;

/// <summary>Makes a repository with the project's own writers, all but the blocks of its contents.</summary>
internal static class Generator
{
    internal static void Make(ScaleOptions options, Action<string> say)
    {
        Layout layout = options.Layout;
        using RepositoryDirectory repository = Create(options.Repository);
        TimeSpan start = Now();
        ObjectName[] packs = PackMaker.Make(repository, layout);
        Say($"{packs.Length} packs");
        RunMaker.Make(repository, layout, packs);
        Say("the runs");
        using SavesetMaker savesets = new(repository, layout, packs);
        savesets.MakeAll();
        Say($"{options.Savesets} savesets");

        void Say(string what)
        {
            say($"made {what} in {(Now() - start).TotalSeconds:f0} s");
            start = Now();
        }
    }

    /// <summary>Makes an empty repository, and opens it for writing without waiting for the disk.</summary>
    internal static RepositoryDirectory Create(string folder)
    {
        BytePath root = BytePath.Of(folder);
        RepositoryDirectory.Create(root, NewRepository.Config(RepositoryConfig.DefaultAverage, "zstd:3", parity: 0, TimeProvider.System)).Dispose();
        return RepositoryDirectory.Open(new HollowStore(DirectoryStore.Open(root)));
    }

    /// <summary>
    /// Leaves the mark of a repository that was made in a bucket, unless it is there: where it came later, saves do not rely on what is older.
    /// </summary>
    internal static void MarkAsRemote(string folder)
    {
        using HollowStore store = new(DirectoryStore.Open(BytePath.Of(folder)), isImmediate: false);
        ListingLag.Announce(store);
        foreach (ObjectPath mark in (ObjectPath[])[ListingLag.Mark, ListingLag.Since])
        {
            File.SetLastWriteTimeUtc(Path.Combine(folder, mark.Path.ToString()), DateTime.UtcNow.AddDays(-1));
        }
    }

    private static TimeSpan Now() => TimeProvider.System.GetElapsedTime(0);
}
