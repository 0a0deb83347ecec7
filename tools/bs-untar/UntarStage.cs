using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;

namespace Backshift.Tools.Untar;

/// <summary>Makes a stream of a tar archive, see bs-untar(1).</summary>
internal sealed partial class UntarStage : IDisposable
{
    private const int LongestName = 1 << 20;

    private readonly TarReader tar;
    private readonly RecordWriter output;
    private readonly BeginRecord begin;
    private readonly bool ignoreZeros;
    private readonly Action<string> warn;
    private readonly ProblemReporter problems;
    private readonly AccountNumbers accounts = new();
    private readonly PaxHeader archiveHeader = new();
    private readonly ArchiveNames names;

    // Headers before the header that they describe.
    private PaxHeader? memberHeader;
    private BytePath? longName;
    private BytePath? longTarget;

    private bool started;

    // Where blocks begin that are no headers, and what is wrong with the first; null while all is well.
    private long? lostAt;
    private string lostWhy = "";
    private bool lostAfterZeros;

    /// <param name="tar">The archive.</param>
    /// <param name="output">Where the stream goes; not closed.</param>
    /// <param name="begin">The first record.</param>
    /// <param name="ignoreZeros">Whether to read on after blocks of zeros.</param>
    /// <param name="warn">Says a line on standard error.</param>
    /// <param name="createScratch">Makes a file without a name for names that do not fit into memory.</param>
    internal UntarStage(TarReader tar, Stream output, BeginRecord begin, bool ignoreZeros, Action<string> warn, Func<ScratchSpace> createScratch)
    {
        this.tar = tar;
        this.output = new RecordWriter(output);
        this.begin = begin;
        this.ignoreZeros = ignoreZeros;
        this.warn = warn;
        problems = new ProblemReporter(Name, this.output.Write, warn);
        names = new ArchiveNames(createScratch);

        // The writer of the archive may take long over the rest: pass on what there is.
        tar.BeforeReading = this.output.FlushAsync;
    }

    private string Name => begin.Stages[0];

    /// <exception cref="BackshiftException">The archive is none or cut off; what was whole has been written, and no end record.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await ReadHeaderAsync(cancel))
            {
                await output.FlushIfFullAsync(cancel);
            }

            await FinishNamesAsync(cancel);
            if (memberHeader is not null || longName is not null || longTarget is not null)
            {
                Report(default, "the last header of the archive describes a member that is missing");
            }

            await PassRestAsync(cancel);
        }
        catch (BackshiftException)
        {
            await output.FlushAsync(cancel);
            throw;
        }

        output.Write(new EndRecord(Name, Entries, Bytes, Problems));
        await output.FlushAsync(cancel);
        return problems.Status;
    }

    /// <summary>Takes the next header and what belongs to it, from wherever it is; false at the end of the archive.</summary>
    private async ValueTask<bool> ReadHeaderAsync(CancellationToken cancel)
    {
        int zeros = 0;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlyMemory<byte> block = await tar.PeekBlockAsync(cancel);
            if (block.Length < TarBlock.Size)
            {
                return CheckEnd(block, zeros);
            }

            if (TarHeader.IsZero(block.Span))
            {
                await tar.ReadBlockAsync("the blocks of zeros at its end", cancel);
                zeros = Math.Min(zeros + 1, 2);

                // Where blocks were lost these may be zeros of a file.
                if (zeros == 2 && !ignoreZeros && lostAt is null)
                {
                    Start();
                    return false;
                }
            }
            else if (new TarHeader(block.Span).HasValidChecksum())
            {
                Start();
                SayWhatWasLost(zeros);
                await tar.ReadBlockAsync("a header", cancel);
                await TakeHeaderAsync(block, cancel);
                return true;
            }
            else
            {
                await LoseBlockAsync(block, zeros, cancel);
                zeros = 0;
            }
        }
    }

    private async ValueTask LoseBlockAsync(ReadOnlyMemory<byte> block, int zeros, CancellationToken cancel)
    {
        if (!started && lostAt is null && Compression.CommandFor(block.Span) is { } command)
        {
            throw new BackshiftException(ExitCode.DataError, "standard input is not a tar archive; it looks compressed", $"{command} | {Name}");
        }

        if (lostAt is null)
        {
            lostAt = tar.Position;
            lostWhy = "a block that is not a header";
            lostAfterZeros = started && zeros > 0;
        }

        await tar.ReadBlockAsync("a header", cancel);
    }

    /// <summary>Gives up a header of unknown extent.</summary>
    private void LoseHeader(long at, string why)
    {
        (memberHeader, longName, longTarget) = (null, null, null);
        (lostAt, lostWhy, lostAfterZeros) = (at, $"a damaged header: {why}", false);
    }

    private void SayWhatWasLost(int zeros)
    {
        if (lostAt is { } at)
        {
            lostAt = null;
            Report(default,
                $"damaged archive: {lostWhy} at byte {at}; continued at the next header, at byte {tar.Position}; what follows may be content of a lost file");
        }
        else if (zeros == 1 && !ignoreZeros)
        {
            Report(default, $"damaged archive: a single block of zeros before byte {tar.Position}; continued after it");
        }
    }

    private void Start()
    {
        if (!started)
        {
            started = true;
            output.Write(begin);
        }
    }

    /// <summary>Sees whether the archive may end where its input does.</summary>
    /// <param name="rest">The bytes of an incomplete last block.</param>
    /// <param name="zeros">How many blocks of zeros came last, up to two.</param>
    private bool CheckEnd(ReadOnlyMemory<byte> rest, int zeros)
    {
        if (!started && (lostAt is not null || zeros == 0))
        {
            throw tar.Position == 0 && rest.IsEmpty ? new BackshiftException(ExitCode.DataError, "standard input is empty: no archive")
                : !rest.IsEmpty && Compression.CommandFor(rest.Span) is { } command && lostAt is null
                    ? new BackshiftException(ExitCode.DataError, "standard input is not a tar archive; it looks compressed", $"{command} | {Name}")
                : new BackshiftException(ExitCode.DataError, "standard input is not a tar archive");
        }

        // One block of zeros is enough where nothing follows.
        bool ended = zeros == 2 || (zeros == 1 && rest.IsEmpty) || lostAfterZeros;
        if (!ended)
        {
            throw new BackshiftException(
                ExitCode.DataError,
                lostAt is { } from ? $"damaged archive: {lostWhy} at byte {from}, with neither a header nor the end of the archive after it"
                    : !rest.IsEmpty ? $"the archive stops at byte {tar.Position + rest.Length}, in a header"
                    : $"the archive stops at byte {tar.Position}, without the blocks of zeros at its end");
        }

        Start();
        if (lostAt is { } at)
        {
            Report(default, $"damaged archive: {lostWhy} at byte {at}, with no other header after it");
        }

        return false;
    }

    private async ValueTask TakeHeaderAsync(ReadOnlyMemory<byte> block, CancellationToken cancel)
    {
        long at = tar.Position - TarBlock.Size;
        byte type = new TarHeader(block.Span).Type;
        if (type is (byte)'x' or (byte)'X' or (byte)'g' or (byte)'L' or (byte)'K')
        {
            long size = new TarHeader(block.Span).Number(TarField.Size) ?? -1;
            if (size < 0)
            {
                LoseHeader(at, "its size is invalid");
            }
            else
            {
                await TakeExtraAsync(type, size, at, cancel);
            }

            return;
        }

        Member member;
        try
        {
            member = Member.Of(new TarHeader(block.Span), memberHeader ?? archiveHeader, longName, longTarget, accounts);
        }
        catch (FormatException e)
        {
            LoseHeader(at, e.Message);
            return;
        }

        (memberHeader, longName, longTarget) = (null, null, null);
        if (archiveHeader.Continued is { } whole)
        {
            archiveHeader.Continued = null;
            member.Marks.Add($"is only the rest of \"{Shown.Name(whole)}\", which began on another volume");
        }

        await TakeAsync(member, cancel);
    }

    /// <summary>Takes what is said of the next member, or of all.</summary>
    private async ValueTask TakeExtraAsync(byte type, long size, long at, CancellationToken cancel)
    {
        byte[]? text = await ReadTextAsync(size, type is (byte)'L' or (byte)'K' ? LongestName : PaxHeader.Longest, cancel);
        if (type == (byte)'g')
        {
            if (text is null)
            {
                Report(default, $"the header for all members at byte {at} is {size} bytes long, more than {PaxHeader.Longest}; it is ignored");
                return;
            }

            archiveHeader.Add(text);
            foreach (string note in archiveHeader.Notes)
            {
                Report(default, $"the header for all members at byte {at}: {note}");
            }

            archiveHeader.ClearNotes();
            return;
        }

        if (type is (byte)'x' or (byte)'X' || text is null)
        {
            memberHeader ??= archiveHeader.Copy();
        }

        if (text is null)
        {
            memberHeader!.Lose();
        }
        else if (type == (byte)'L')
        {
            longName = NameIn(text);
        }
        else if (type == (byte)'K')
        {
            longTarget = NameIn(text);
        }
        else
        {
            memberHeader!.Add(text);
        }
    }

    /// <summary>Reads what follows a header that is about the next; null if it is too long.</summary>
    private async ValueTask<byte[]?> ReadTextAsync(long size, int longest, CancellationToken cancel)
    {
        if (size > longest)
        {
            await tar.SkipAsync(size, "a header", cancel);
            await tar.SkipAsync(Padding(size), "a header", cancel);
            return null;
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

    /// <summary>Reads to the end of the input, so that its writer does not get SIGPIPE, and reports if another archive follows.</summary>
    private async ValueTask PassRestAsync(CancellationToken cancel)
    {
        bool said = false;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlyMemory<byte> block = await tar.PeekBlockAsync(cancel);
            if (block.Length < TarBlock.Size)
            {
                await tar.DrainAsync(cancel);
                return;
            }

            if (!said && !TarHeader.IsZero(block.Span) && new TarHeader(block.Span).HasValidChecksum())
            {
                said = true;
                warn($"more members follow the end of the archive, at byte {tar.Position}, and are ignored; --ignore-zeros reads them");
            }

            await tar.ReadBlockAsync("what follows the end", cancel);
        }
    }

    private static BytePath NameIn(byte[] text)
    {
        int end = Array.IndexOf(text, (byte)0);
        return new BytePath(end < 0 ? text : text[..end]);
    }

    private static long Padding(long size) => -size & (TarBlock.Size - 1);

    public void Dispose() => names.Dispose();
}
