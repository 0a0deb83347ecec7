using Backshift.Objects;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Copying;

/// <summary>Reads a pack as it is stored, and writes it into a draft of another repository: on a thread that does nothing else, so that the line to neither of
/// them waits while another pack is verified.</summary>
internal sealed class PackFetch : Job
{
    private readonly IStoredObject stored;
    private readonly IObjectDraft draft;
    private readonly Action<long> moved;
    private readonly CancellationToken cancel;
    private bool hasFailedThere;

    /// <param name="stored">The pack; not closed with this object.</param>
    /// <param name="draft">Takes it. It is this job's until that has ended.</param>
    /// <param name="moved">Is told of bytes that were written.</param>
    /// <param name="cancel">Ends it between two pieces.</param>
    internal PackFetch(IStoredObject stored, IObjectDraft draft, Action<long> moved, CancellationToken cancel)
    {
        this.stored = stored;
        this.draft = draft;
        this.moved = moved;
        this.cancel = cancel;
    }

    /// <summary>Whether all of it could be read. Valid when the job has ended.</summary>
    internal bool IsWhole { get; private set; }

    /// <exception cref="StoreException">It cannot be written. That it cannot be read is no error: what it holds may be elsewhere.</exception>
    protected override void Execute(WorkerContext context)
    {
        try
        {
            IsWhole = stored.ReadThrough(Write) == stored.Length;
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Broken && !hasFailedThere)
        {
            IsWhole = false;
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            draft.Write(bytes);
        }
        catch (StoreException)
        {
            hasFailedThere = true;
            throw;
        }

        moved(bytes.Length);
    }
}
