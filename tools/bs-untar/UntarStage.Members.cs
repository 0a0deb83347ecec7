using System.Buffers;
using System.Buffers.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Untar;

internal sealed partial class UntarStage
{
    internal long Entries { get; private set; }

    internal long Bytes { get; private set; }

    internal long Problems { get; private set; }

    private async ValueTask TakeAsync(Member member, CancellationToken cancel)
    {
        string what = member.Name.ToString();
        long stored = member.Stored;
        if (member.IsMapInBlocks)
        {
            await ReadMapBlocksAsync(member.Sparse!, what, cancel);
        }

        if (member.IsMapInContent)
        {
            stored -= await ReadMapAsync(member.Sparse!, stored, what, cancel);
        }

        long size = member.Entry?.Size ?? 0;
        member.Sparse?.Check(size, stored);
        if (Refusal(member) is { } why)
        {
            if (member.Type == (byte)'V')
            {
                warn($"the label of the archive, \"{what}\", is not kept");
            }
            else
            {
                Report(member.Name, why, marks: false);
            }

            await tar.SkipAsync(stored, what, cancel);
        }
        else
        {
            Write(member);
            if (member.Entry!.Type != EntryType.File)
            {
                await tar.SkipAsync(stored, what, cancel);
            }
            else if (member.Sparse is null)
            {
                await CopyAsync(stored, what, cancel);
            }
            else
            {
                await CopySparseAsync(member.Sparse, size, what, cancel);
            }
        }

        await tar.SkipAsync(Padding(member.Stored), what, cancel);
    }

    /// <summary>Makes path and target of the names in the archive; why it cannot be kept, or null.</summary>
    private static string? Refusal(Member member)
    {
        if (member.Entry is not { } entry)
        {
            string type = char.IsAsciiLetterOrDigit((char)member.Type) ? $"\"{(char)member.Type}\"" : $"0x{member.Type:x2}";
            return member.Type == (byte)'M' ? "goes on from another volume; skipped" : $"is of type {type}, which is not known; skipped";
        }

        if (WhyNotKept(member.Name, out BytePath path) is { } why)
        {
            return why;
        }

        if (entry.Type != EntryType.Directory && path.Span.SequenceEqual("."u8))
        {
            return "has no name";
        }

        entry.Path = path;
        switch (entry.Type)
        {
            case EntryType.SymbolicLink when member.Target.IsEmpty || member.Target.Length > StreamLimits.Path:
                return "leads nowhere";
            case EntryType.SymbolicLink:
                entry.Target = member.Target.Bytes;
                return null;
            case EntryType.Link:
                string? wrong = WhyNotKept(member.Target, out BytePath target);
                entry.Target = target.Bytes;
                return wrong is null ? null : $"is a link to \"{member.Target}\": {wrong}";
            default:
                return null;
        }
    }

    private static string? WhyNotKept(BytePath name, out BytePath path)
    {
        bool kept = KeptPath.TryMake(name.Span, out KeptPath made);
        path = made.Path;
        return name.IsEmpty ? "has no name"
            : !kept ? "the path contains .."
            : name.Span.Contains((byte)0) ? "the path contains a NUL"
            : path.Length > StreamLimits.Path ? $"the path is longer than {StreamLimits.Path} bytes"
            : null;
    }

    private void Write(Member member)
    {
        output.Write(member.Entry!);
        Entries++;
        Bytes += Math.Min(member.Entry!.Size ?? 0, long.MaxValue - Bytes);
        foreach (string mark in member.Marks)
        {
            Report(member.Name, mark, marks: true);
        }
    }

    private void Report(BytePath name, string text, bool marks)
    {
        // A problem's path can be no path with a NUL in it.
        int nul = name.Span.IndexOf((byte)0);
        ProblemRecord problem = new(nul < 0 ? name : new BytePath(name.Span[..nul]), Name, 0, text, marks);
        output.Write(problem);
        warn(problem.ToString());
        Problems++;
    }

    private async ValueTask CopyAsync(long count, string what, CancellationToken cancel)
    {
        while (count > 0)
        {
            ReadOnlyMemory<byte> bytes = await tar.ReadAsync(count, what, cancel);
            output.WriteData(bytes.Span);
            count -= bytes.Length;
        }
    }

    private async ValueTask CopySparseAsync(SparseMap map, long size, string what, CancellationToken cancel)
    {
        long position = 0;
        foreach ((long offset, long length) in map.Runs)
        {
            WriteHole(offset - position);
            await CopyAsync(length, what, cancel);
            position = offset + length;
            await output.FlushIfFullAsync(cancel);
        }

        WriteHole(size - position);
    }

    private void WriteHole(long size)
    {
        if (size > 0)
        {
            output.WriteHole(size);
        }
    }

    private async ValueTask ReadMapBlocksAsync(SparseMap map, string what, CancellationToken cancel)
    {
        while (true)
        {
            ReadOnlyMemory<byte> block = await tar.ReadBlockAsync(what, cancel);
            map.Add(TarField.MoreSparse.Of(block.Span));
            if (TarField.MoreIsExtended.Of(block.Span)[0] == 0)
            {
                return;
            }
        }
    }

    /// <summary>Reads a map of format 1.0: how many runs, then offset and length of each, a line a number, filled up to whole blocks.</summary>
    /// <returns>How many bytes it took.</returns>
    private async ValueTask<long> ReadMapAsync(SparseMap map, long stored, string what, CancellationToken cancel)
    {
        ArrayBufferWriter<byte> lines = new(TarHeader.Block);
        int used = 0;
        long taken = 0;
        long count = await NextAsync();
        while (count-- > 0)
        {
            long offset = await NextAsync();
            map.Add(offset, await NextAsync());
        }

        return taken;

        async ValueTask<long> NextAsync()
        {
            int end;
            while ((end = lines.WrittenSpan[used..].IndexOf((byte)'\n')) < 0)
            {
                if (lines.WrittenCount - used > 20 || stored - taken < TarHeader.Block)
                {
                    throw new FormatException("a sparse map with something that is no number");
                }

                // What is left of a number moves to the front.
                byte[] rest = lines.WrittenSpan[used..].ToArray();
                lines.ResetWrittenCount();
                lines.Write(rest);
                used = 0;
                lines.Write((await tar.ReadBlockAsync(what, cancel)).Span);
                taken += TarHeader.Block;
            }

            ReadOnlySpan<byte> digits = lines.WrittenSpan.Slice(used, end);
            used += end + 1;
            return Utf8Parser.TryParse(digits, out long number, out int length) && length == digits.Length && number >= 0
                ? number
                : throw new FormatException("a sparse map with something that is no number");
        }
    }
}
