using Backshift.Records;
using Backshift.Tar;

namespace Backshift.Tools.Untar;

/// <summary>Reads an archive from start to end, in blocks or in whatever has come.</summary>
internal sealed class TarReader
{
    private readonly Stream input;
    private readonly byte[] buffer = new byte[256 << 10];
    private int start;
    private int filled;

    /// <param name="input">Not closed.</param>
    internal TarReader(Stream input) => this.input = input;

    /// <summary>Called before waiting for more.</summary>
    internal Func<CancellationToken, ValueTask>? BeforeReading { get; set; }

    /// <summary>How many bytes were taken so far.</summary>
    internal long Position { get; private set; }

    /// <summary>The next block, without taking it; shorter at the end of the archive, and empty after it. Valid until the next call.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> PeekBlockAsync(CancellationToken cancel)
    {
        while (filled - start < TarBlock.Size)
        {
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            start = 0;
            int before = filled;
            await FillAsync(cancel);
            if (filled == before)
            {
                break;
            }
        }

        return buffer.AsMemory(start, Math.Min(filled - start, TarBlock.Size));
    }

    /// <summary>Takes a block; it must be there. Valid until the next call.</summary>
    /// <param name="what">Its content, for the message.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="BackshiftException">The archive stops before.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>> ReadBlockAsync(string what, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> block = await PeekBlockAsync(cancel);
        Advance(block.Length);
        return block.Length == TarBlock.Size ? block : throw Cut(what);
    }

    /// <summary>Takes some of the bytes that follow, at least one. Valid until the next call.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="what">Their description, for the message.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="BackshiftException">The archive stops before.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long most, string what, CancellationToken cancel)
    {
        if (start == filled)
        {
            start = filled = 0;
            await FillAsync(cancel);
        }

        if (start == filled)
        {
            throw Cut(what);
        }

        ReadOnlyMemory<byte> bytes = buffer.AsMemory(start, (int)Math.Min(filled - start, most));
        Advance(bytes.Length);
        return bytes;
    }

    /// <summary>Discards bytes.</summary>
    /// <exception cref="BackshiftException">The archive stops before.</exception>
    internal async ValueTask SkipAsync(long count, string what, CancellationToken cancel)
    {
        while (count > 0)
        {
            count -= (await ReadAsync(count, what, cancel)).Length;
        }
    }

    /// <summary>Reads to the end of the input, so that its writer does not get SIGPIPE.</summary>
    internal async ValueTask DrainAsync(CancellationToken cancel)
    {
        do
        {
            Advance(filled - start);
            start = filled = 0;
            await FillAsync(cancel);
        }
        while (filled > 0);
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (BeforeReading is not null)
        {
            await BeforeReading(cancel);
        }

        filled += await input.ReadAsync(buffer.AsMemory(filled), cancel);
    }

    private void Advance(int count)
    {
        start += count;
        Position += count;
    }

    private BackshiftException Cut(string what) => new(ExitCode.DataError, $"the archive stops at byte {Position}, in {what}");
}
