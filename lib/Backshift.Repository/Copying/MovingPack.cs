using Backshift.Objects;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Copying;

/// <summary>A pack that is being copied byte by byte: fetched, then verified, then published.</summary>
internal sealed class MovingPack : IDisposable
{
    private readonly IStoredObject stored;

    /// <param name="pack">The pack; it stays open until this is disposed of.</param>
    /// <param name="marks">Which of its chunks are needed.</param>
    /// <param name="stored">The pack as it is stored; closed with this object.</param>
    /// <param name="draft">Takes it; closed with this object.</param>
    /// <param name="fetch">Fetches it.</param>
    internal MovingPack(OpenPack pack, PackMarks marks, IStoredObject stored, IObjectDraft draft, PackFetch fetch)
    {
        Pack = pack;
        Marks = marks;
        this.stored = stored;
        Draft = draft;
        Fetch = fetch;
        pack.Readers++;
    }

    internal OpenPack Pack { get; }

    internal PackMarks Marks { get; }

    internal IObjectDraft Draft { get; }

    internal PackFetch Fetch { get; }

    /// <summary>Publishes it, once it is verified.</summary>
    internal PackHandOver? HandOver { get; set; }

    /// <summary>To be called by the thread that opened the pack, when no job uses this any more.</summary>
    public void Dispose()
    {
        Pack.Readers--;
        Draft.Dispose();
        stored.Dispose();
    }
}
