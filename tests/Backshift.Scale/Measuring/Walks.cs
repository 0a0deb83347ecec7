using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Findings;
using Backshift.Repository.Marking;

namespace Backshift.Scale.Measuring;

/// <summary>Walks over all savesets.</summary>
internal static class Walks
{
    /// <summary>What a collection begins with.</summary>
    internal static IEnumerable<Figure> Mark(ScaleOptions options)
    {
        using RepositoryDirectory repository = Opening.Repository(options);
        NeededChunks? needed = null;
        Spent spent = Spent.On(() => needed = Marker.MarkAll(repository, CondemnedPacks.None, Fail, CancellationToken.None));
        long marked = needed!.Packs.Sum(static pack => (long)pack.Chunks);
        if (!needed.IsComplete || marked < options.Chunks)
        {
            throw new InvalidOperationException($"{marked} chunks are marked of {options.Chunks}");
        }

        yield return Figure.Of($"marking what all savesets need: {marked:n0} chunks, {marked - options.Chunks:n0} of them nodes", spent, marked);
    }

    private static void Fail(Finding finding) => throw new InvalidOperationException(finding.ToString());
}
