using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Packs;
using Backshift.Repository.Parity;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Copying;

/// <summary>Publishes a pack that was verified, and its parity: fsync(2) of one, or the way to a server and back, goes on while the next is verified.</summary>
internal sealed class PackHandOver : Job
{
    private readonly RepositoryDirectory to;
    private readonly IObjectDraft draft;
    private readonly CancellationToken cancel;

    /// <param name="to">Where it is published.</param>
    /// <param name="draft">The pack; this job's until that has ended.</param>
    /// <param name="directory">Its directory, as it was written.</param>
    /// <param name="cancel">Ends the making of parity.</param>
    internal PackHandOver(RepositoryDirectory to, IObjectDraft draft, PackDirectory directory, CancellationToken cancel)
    {
        this.to = to;
        this.draft = draft;
        Directory = directory;
        this.cancel = cancel;
    }

    internal PackDirectory Directory { get; }

    /// <summary>Whether it was published; if not, another writer did so, and it is the same. Valid when the job has ended.</summary>
    internal bool IsPublished { get; private set; }

    /// <summary>Why its parity could not be written, which only helps.</summary>
    internal BackshiftException? Trouble { get; private set; }

    /// <exception cref="StoreException">It cannot be written.</exception>
    protected override void Execute(WorkerContext context)
    {
        IsPublished = draft.TryPublish(ObjectPath.Pack(Directory.Name));
        int percent = to.Config.Parity;
        if (!IsPublished || percent == 0 || !new ParityShape(draft.Length, percent).IsValid)
        {
            return;
        }

        try
        {
            new ParityWriter(draft, Directory.Name, percent).Publish(to.Store, cancel);
        }
        catch (StoreException e)
        {
            Trouble = new BackshiftException(e.Code, $"parity of pack {Directory.Name} cannot be written: {e.Message}", "bs-parity makes it later", e);
        }
    }
}
