using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Untar;

/// <summary>Makes a stream of a tar archive, see bs-untar(1).</summary>
internal sealed partial class UntarStage
{
    private const int LongestName = 1 << 20;

    private readonly TarReader tar;
    private readonly RecordWriter output;
    private readonly BeginRecord begin;
    private readonly bool ignoreZeros;
    private readonly Action<string> warn;
    private readonly AccountNumbers accounts = new();
    private readonly PaxHeader archiveHeader = new();

    // What stands before the header that it is about.
    private PaxHeader? memberHeader;
    private BytePath? longName;
    private BytePath? longTarget;
    private long headerAt;

    /// <param name="tar">The archive.</param>
    /// <param name="output">Where the stream goes; not closed.</param>
    /// <param name="begin">The first record.</param>
    /// <param name="ignoreZeros">Whether to go on behind blocks of zeros.</param>
    /// <param name="warn">Says a line on standard error.</param>
    internal UntarStage(TarReader tar, Stream output, BeginRecord begin, bool ignoreZeros, Action<string> warn)
    {
        this.tar = tar;
        this.output = new RecordWriter(output);
        this.begin = begin;
        this.ignoreZeros = ignoreZeros;
        this.warn = warn;

        // Whoever makes the archive may take long over the rest: the next stage gets what there is.
        tar.BeforeReading = this.output.FlushAsync;
    }

    private string Name => begin.Stages[0];

    /// <exception cref="BackshiftException">The archive is none, damaged or cut off; what was whole has been written, and no end record.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        try
        {
            await CheckStartAsync(cancel);
            output.Write(begin);
            while (await ReadHeaderAsync(cancel))
            {
                await output.FlushIfFullAsync(cancel);
            }

            await tar.DrainAsync(cancel);
        }
        catch (BackshiftException)
        {
            await output.FlushAsync(cancel);
            throw;
        }
        catch (FormatException e)
        {
            await output.FlushAsync(cancel);
            throw new BackshiftException(ExitCode.DataError, $"damaged archive: header at byte {headerAt}: {e.Message}", cause: e);
        }

        output.Write(new EndRecord(Name, Entries, Bytes, Problems));
        await output.FlushAsync(cancel);
        return Problems == 0 ? ExitCode.Done : ExitCode.Incomplete;
    }

    private async ValueTask CheckStartAsync(CancellationToken cancel)
    {
        ReadOnlyMemory<byte> start = await tar.PeekBlockAsync(cancel);
        if (start.Length == TarHeader.Block && (TarHeader.IsZero(start.Span) || new TarHeader(start.Span).HasValidChecksum()))
        {
            return;
        }

        string? command = Compression.CommandFor(start.Span);
        throw start.IsEmpty ? new BackshiftException(ExitCode.DataError, "standard input is empty: no archive")
            : command is null ? new BackshiftException(ExitCode.DataError, "standard input is no tar archive")
            : new BackshiftException(ExitCode.DataError, "standard input is no tar archive, but something that has to be unpacked to be one", $"{command} | {Name}");
    }

    /// <summary>Takes a header block and what belongs to it; false at the end of the archive.</summary>
    private async ValueTask<bool> ReadHeaderAsync(CancellationToken cancel)
    {
        headerAt = tar.Position;
        ReadOnlyMemory<byte> block = await tar.PeekBlockAsync(cancel);
        bool zeros = false;
        while (block.Length == TarHeader.Block && TarHeader.IsZero(block.Span))
        {
            await tar.ReadBlockAsync("the blocks of zeros at its end", cancel);
            block = await tar.PeekBlockAsync(cancel);
            if (zeros && !ignoreZeros)
            {
                return false;
            }

            zeros = true;
        }

        // One block of zeros is enough where nothing follows.
        if (zeros && block.IsEmpty)
        {
            return false;
        }

        headerAt = tar.Position;
        if (zeros && !ignoreZeros)
        {
            throw new BackshiftException(ExitCode.DataError, $"damaged archive: a single block of zeros before byte {headerAt}", "--ignore-zeros goes on behind it");
        }

        if (block.IsEmpty)
        {
            throw new BackshiftException(ExitCode.DataError, $"the archive stops at byte {headerAt}, without the blocks of zeros at its end");
        }

        block = await tar.ReadBlockAsync("a header", cancel);
        await TakeHeaderAsync(block, cancel);
        return true;
    }

    private async ValueTask TakeHeaderAsync(ReadOnlyMemory<byte> block, CancellationToken cancel)
    {
        if (!new TarHeader(block.Span).HasValidChecksum())
        {
            throw new FormatException("does not match its checksum");
        }

        byte type = new TarHeader(block.Span).Type;
        long size = new TarHeader(block.Span).Number(TarField.Size) ?? 0;
        switch (type)
        {
            case (byte)'x' or (byte)'X':
                memberHeader ??= archiveHeader.Copy();
                memberHeader.Add(await ReadTextAsync(size, PaxHeader.Longest, cancel));
                return;
            case (byte)'g':
                archiveHeader.Add(await ReadTextAsync(size, PaxHeader.Longest, cancel));
                return;
            case (byte)'L':
                longName = NameIn(await ReadTextAsync(size, LongestName, cancel));
                return;
            case (byte)'K':
                longTarget = NameIn(await ReadTextAsync(size, LongestName, cancel));
                return;
        }

        Member member = Member.Of(new TarHeader(block.Span), memberHeader ?? archiveHeader, longName, longTarget, accounts);
        (memberHeader, longName, longTarget) = (null, null, null);
        await TakeAsync(member, cancel);
    }

    /// <summary>Reads what follows a header that is about the next.</summary>
    private async ValueTask<byte[]> ReadTextAsync(long size, int longest, CancellationToken cancel)
    {
        if (size < 0 || size > longest)
        {
            throw new FormatException($"{size} bytes about the next member, more than {longest}");
        }

        byte[] text = new byte[size];
        int length = 0;
        while (length < size)
        {
            ReadOnlyMemory<byte> bytes = await tar.ReadAsync(size - length, "a header", cancel);
            bytes.CopyTo(text.AsMemory(length));
            length += bytes.Length;
        }

        await tar.SkipAsync(Padding(size), "a header", cancel);
        return text;
    }

    private static BytePath NameIn(byte[] text)
    {
        int end = Array.IndexOf(text, (byte)0);
        return new BytePath(end < 0 ? text : text[..end]);
    }

    private static long Padding(long size) => -size & (TarHeader.Block - 1);
}
