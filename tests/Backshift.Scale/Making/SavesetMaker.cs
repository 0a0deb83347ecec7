using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Scale.Making;

/// <summary>Records the savesets of all hosts, one version after the other, as bs-store would: true trees, with deltas against the one before.</summary>
internal sealed class SavesetMaker : IDisposable
{
    // To merge after each saveset, as bs-store does, would read a million entries of the index each time; see RunMerge.
    private const int TidyEvery = 64;

    private readonly RepositoryDirectory repository;
    private readonly Layout layout;
    private readonly ObjectName[] packs;
    private readonly RepositoryWriter writer;
    private readonly Saveset?[] latest;
    private readonly HashSet<ObjectName>[] nodePacks;

    /// <param name="repository">Not closed with this object.</param>
    /// <param name="layout">What lies where.</param>
    /// <param name="packs">The packs, in the order of their chunks.</param>
    internal SavesetMaker(RepositoryDirectory repository, Layout layout, ObjectName[] packs)
    {
        this.repository = repository;
        this.layout = layout;
        this.packs = packs;
        writer = RepositoryWriter.Open(repository, static e => throw e);
        latest = new Saveset?[layout.Hosts];
        nodePacks = [.. latest.Select(static _ => new HashSet<ObjectName>())];
    }

    internal void MakeAll()
    {
        int made = 0;
        for (int version = 0; version < layout.Versions(0); version++)
        {
            for (int host = 0; host < layout.Hosts && version < layout.Versions(host); host++)
            {
                latest[host] = Make(host, version);
                if (++made % TidyEvery == 0)
                {
                    writer.Chunks.Tidy();
                }
            }
        }

        writer.Chunks.Tidy();
    }

    private Saveset Make(int host, int version)
    {
        writer.Chunks.Host = Layout.NameOf(host);
        using SavesetWriter saveset = new(repository, writer.Chunks);
        RelyOn(host);
        Dictionary<BytePath, ListReference> lists = [];
        if (latest[host] is { Root: { } root } before)
        {
            saveset.UseBase(before);
            foreach (StoredEntry entry in new TreeReader(writer.Chunks.Earlier, root, before.Level).Read(default).Where(static entry => entry.List is not null))
            {
                lists.Add(entry.Path, entry.List!);
            }
        }

        string folder = "";
        foreach (HostFile file in layout.Files(host))
        {
            string parent = Path.GetDirectoryName(file.Path)!;
            if (parent != folder)
            {
                folder = parent;
                saveset.StartEntry(Layout.Folder(folder));
            }

            EntryRecord entry = file.Entry(version);
            saveset.StartEntry(entry);
            if (lists.TryGetValue(entry.Path, out ListReference? list))
            {
                saveset.AddList(new ListRecord(list.Id, list.Level, file.Size));
                continue;
            }

            foreach (long number in file.Numbers(version))
            {
                saveset.AddChunk(SyntheticDigest.Of(number), Layout.ChunkSize);
            }
        }

        return saveset.Publish(
            new Saveset { Host = Layout.NameOf(host), Started = Layout.Started(version), Complete = true, Program = "Backshift.Scale" }, TimeProvider.System);
    }

    /// <summary>Names the packs of all contents of a host, and of its earlier nodes: nothing looks them up here, which would name them otherwise.</summary>
    private void RelyOn(int host)
    {
        Action<ObjectName> rely = writer.Chunks.Relied!;
        writer.Chunks.Relied = pack =>
        {
            nodePacks[host].Add(pack);
            rely(pack);
        };
        foreach (ObjectName pack in nodePacks[host])
        {
            rely(pack);
        }

        for (long pack = layout.FirstOf(host) / Layout.ChunksInPack; pack <= (layout.FirstOf(host + 1) - 1) / Layout.ChunksInPack; pack++)
        {
            rely(packs[pack]);
        }
    }

    public void Dispose() => writer.Dispose();
}
