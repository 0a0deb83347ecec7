namespace Backshift.Tools.Diff;

/// <summary>Pairs the entries of two sides, each of which is read from beginning to end.</summary>
internal sealed class MergedSides : IEntryPairs
{
    private readonly IEntrySide left;
    private readonly IEntrySide right;
    private bool moreLeft = true;
    private bool moreRight = true;
    private bool hasBegun;

    internal MergedSides(IEntrySide left, IEntrySide right)
    {
        this.left = left;
        this.right = right;
    }

    public IComparedEntry? Left { get; private set; }

    public IComparedEntry? Right { get; private set; }

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancel)
    {
        moreLeft = !hasBegun || Left is not null ? await left.MoveNextAsync(cancel) : moreLeft;
        moreRight = !hasBegun || Right is not null ? await right.MoveNextAsync(cancel) : moreRight;
        hasBegun = true;
        int order = !moreLeft ? 1 : !moreRight ? -1 : left.Entry.Path.CompareTo(right.Entry.Path);
        Left = moreLeft && order <= 0 ? left : null;
        Right = moreRight && order >= 0 ? right : null;
        return moreLeft || moreRight;
    }
}
