using System.Buffers;

namespace Backshift.Tools.Diff;

/// <summary>
/// Holds two contents against each other. Pieces that lie at the same place and have the same digest are equal unread; the bytes of others are compared up to
/// the first that differs. So it does not matter how each was cut, or where holes are written out as zeros.
/// </summary>
internal static class ContentComparison
{
    internal static async ValueTask<bool> AreEqualAsync(IContent left, IContent right, CancellationToken cancel)
    {
        long leftAt = 0, rightAt = 0;
        bool moreLeft = await left.MoveNextAsync(cancel), moreRight = await right.MoveNextAsync(cancel);
        while (moreLeft && moreRight)
        {
            long length = Math.Min(left.Size - leftAt, right.Size - rightAt);
            bool whole = leftAt == 0 && rightAt == 0 && left.Size == right.Size;
            if (!(left.IsHole && right.IsHole) && !(whole && left.Digest is { } digest && digest == right.Digest)
                && !SameBytes(left, leftAt, right, rightAt, length))
            {
                return false;
            }

            leftAt += length;
            rightAt += length;
            if (leftAt == left.Size)
            {
                leftAt = 0;
                moreLeft = await left.MoveNextAsync(cancel);
            }

            if (rightAt == right.Size)
            {
                rightAt = 0;
                moreRight = await right.MoveNextAsync(cancel);
            }
        }

        return !moreLeft && !moreRight;
    }

    private static bool SameBytes(IContent left, long leftAt, IContent right, long rightAt, long length)
    {
        if (left.IsHole)
        {
            return IsZero(right.Bytes().Slice(rightAt, length));
        }

        if (right.IsHole)
        {
            return IsZero(left.Bytes().Slice(leftAt, length));
        }

        SequenceReader<byte> reader = new(right.Bytes().Slice(rightAt, length));
        foreach (ReadOnlyMemory<byte> piece in left.Bytes().Slice(leftAt, length))
        {
            if (!reader.IsNext(piece.Span, advancePast: true))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsZero(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> piece in bytes)
        {
            if (piece.Span.ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }
}
