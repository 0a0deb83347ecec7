using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Indexes;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Has packs opened that come from afar, by what is going to be read of them much later. To find a chunk in a pack that is not open takes an answer with a page
/// of the index and one with the directory of the pack, and each comes after all that was asked for before it. Here both are asked for while there is still
/// something else to be read, and no call waits for them. For use by one thread.
/// </summary>
internal sealed class PacksAhead
{
    // Each may have a megabyte under way. The chunks that follow the first of a pack are most often in the same pack, so not each of them is looked for.
    private const int Limit = 2;
    private const int Distance = 64;

    // To look whether an answer is here costs a look into the cache.
    private const int Pause = 16;

    private readonly ChunkFinder finder;
    private readonly List<Place> candidates = [];
    private readonly List<Search> searches = [];
    private int sinceStart = Distance;
    private int sinceLook;

    /// <param name="finder">Has the index and the packs.</param>
    internal PacksAhead(ChunkFinder finder) => this.finder = finder;

    /// <inheritdoc cref="ChunkReader.Expect"/>
    internal void Expect(Digest digest)
    {
        if (!finder.TakesAnnouncements)
        {
            return;
        }

        if (searches.Count > 0 && ++sinceLook >= Pause)
        {
            sinceLook = 0;
            searches.RemoveAll(IsOver);
        }

        sinceStart++;
        if (searches.Count < Limit && sinceStart >= Distance && !finder.IsInRecentPack(digest))
        {
            sinceStart = 0;
            Search search = new(digest);
            if (!IsOver(search))
            {
                searches.Add(search);
            }
        }
    }

    /// <summary>Takes the next step of a search, if it need not wait for that.</summary>
    private bool IsOver(Search search)
    {
        ulong key = search.Digest.Prefix;
        if (search.Pack is not { } pack)
        {
            search.IsAsked = search.IsAsked || finder.Runs.TryAnnounce(key);
            if (!search.IsAsked || finder.Runs.IsUnderWay(key))
            {
                return false;
            }

            finder.Runs.Find(key, candidates);
            if (candidates.Count == 0 || finder.Shelf.IsOpen(candidates[0].Pack))
            {
                return true;
            }

            pack = candidates[0].Pack;
            search.Pack = pack;
            search.Chunks = finder.Runs.EstimateChunks(key, candidates[0]);
        }

        if (!finder.Shelf.TryAnnounce(pack, search.Chunks) || finder.Shelf.IsUnderWay(pack))
        {
            return false;
        }

        if (finder.Shelf.TryOpen(pack) is { } opened)
        {
            finder.Shelf.Used(opened);
        }

        return true;
    }

    /// <summary>The search for one chunk: for the page of the index that has its place, then for its pack.</summary>
    private sealed class Search(Digest digest)
    {
        internal Digest Digest => digest;

        /// <summary>Whether the pages were asked for.</summary>
        internal bool IsAsked { get; set; }

        internal ObjectName? Pack { get; set; }

        /// <summary>How many chunks the pack probably has.</summary>
        internal int Chunks { get; set; }
    }
}
