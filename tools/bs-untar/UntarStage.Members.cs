using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;

namespace Backshift.Tools.Untar;

internal sealed partial class UntarStage
{
    internal long Entries { get; private set; }

    internal long Bytes { get; private set; }

    internal long Problems => problems.Count;

    private async ValueTask TakeAsync(Member member, CancellationToken cancel)
    {
        string what = Shown.Name(member.Name);
        await FindBodyAsync(member, cancel);
        long stored = member.Stored;
        if (member.IsMapInBlocks)
        {
            await ReadMapBlocksAsync(member, what, cancel);
        }

        if (member.IsMapInContent && member.Refusal is null)
        {
            stored -= await ReadMapAsync(member, stored, what, cancel);
        }

        long size = member.Entry?.Size ?? 0;
        if (member.Refusal is null && member.Sparse?.WhyNot(size, stored) is { } wrong)
        {
            member.Refusal = $"cannot be read: {wrong}";
        }

        string? why = member.Refusal is { Length: > 0 } refusal ? refusal : Refusal(member);
        if (member.Type == (byte)'V')
        {
            warn($"the label of the archive, \"{what}\", is not kept");
            await tar.SkipAsync(stored, what, cancel);
        }
        else if (why is not null)
        {
            Report(member.Name, why);
            await tar.SkipAsync(stored, what, cancel);
        }
        else if (member.Entry!.Type == EntryType.Link)
        {
            await TakeLinkAsync(member, stored, what, cancel);
        }
        else
        {
            Placement placement = names.Add(member.Entry);
            if (placement.Kind == PlacementKind.LeftOut)
            {
                Report(member.Name, placement.Why!);
                await tar.SkipAsync(stored, what, cancel);
            }
            else
            {
                await WriteAsync(member, size, stored, what, cancel);
            }
        }

        await tar.SkipAsync(Padding(member.Stored), what, cancel);
    }

    /// <summary>
    /// Finds out whether content follows a member that should have none. POSIX lets a hard link have it (pax -o linkdata), old programs write the size of the
    /// linked file and no content, and tar itself takes every hard link for empty. If it is not said in an extended header, the next block tells: content is
    /// hardly ever a valid header or zeros.
    /// </summary>
    private async ValueTask FindBodyAsync(Member member, CancellationToken cancel)
    {
        if (member.Doubtful == 0)
        {
            return;
        }

        ReadOnlyMemory<byte> next = await tar.PeekBlockAsync(cancel);
        bool empty = next.Length < TarBlock.Size || TarHeader.IsZero(next.Span) || new TarHeader(next.Span).HasValidChecksum();
        if (!empty || (member.IsPaxSize && member.Type == (byte)'1'))
        {
            member.Stored = member.Doubtful;
        }
    }

    private async ValueTask WriteAsync(Member member, long size, long stored, string what, CancellationToken cancel)
    {
        if (member.Entry!.Type != EntryType.File)
        {
            if (stored > 0 && member.Type is not (byte)'D')
            {
                member.Marks.Add($"{stored} bytes follow it in the archive, which nothing of its type can have; skipped");
            }

            Write(member);
            await tar.SkipAsync(stored, what, cancel);
        }
        else if (member.Sparse is null)
        {
            Write(member);
            await CopyAsync(stored, what, cancel);
        }
        else
        {
            Write(member);
            await CopySparseAsync(member.Sparse, size, what, cancel);
        }
    }

    private async ValueTask TakeLinkAsync(Member member, long stored, string what, CancellationToken cancel)
    {
        EntryRecord link = member.Entry!;
        BytePath target = new(link.Target!);
        Placement placement = names.Add(link, mayWait: stored == 0);
        if (stored > 0)
        {
            await WriteContentOfLinkAsync(member, placement, target, stored, what, cancel);
        }

        switch (placement.Kind)
        {
            case PlacementKind.Written:
                Write(member);
                break;
            case PlacementKind.LeftOut when stored == 0:
                Report(member.Name, placement.Why!);
                break;
            case PlacementKind.Waits:
                // Its entry is written at the end, where no problem could mark it.
                member.Marks.ForEach(mark => Report(member.Name, mark));
                break;
        }
    }

    /// <summary>
    /// Takes the content that comes with a hard link. It is that of the linked file, once more; if that came with another length, as where only the last name
    /// of a file has the content, the file is written again. Where there is no such file, the link becomes it.
    /// </summary>
    private async ValueTask WriteContentOfLinkAsync(Member member, Placement placement, BytePath target, long stored, string what, CancellationToken cancel)
    {
        EntryRecord link = member.Entry!;
        bool own = placement.Kind == PlacementKind.LeftOut;
        if (!own && names.ChangeSize(placement.Root, stored) == stored)
        {
            await tar.SkipAsync(stored, what, cancel);
            return;
        }

        EntryRecord file = new()
        {
            Path = own ? link.Path
            : placement.Root, Type = EntryType.File, Mode = link.Mode, Uid = link.Uid, Gid = link.Gid, User = link.User, Group = link.Group, Mtime = link.Mtime,
            Ctime = link.Ctime, Btime = link.Btime, Flags = link.Flags, Attributes = link.Attributes, HasContent = true, Size = stored,
        };
        if (own && names.Add(file) is { Kind: PlacementKind.LeftOut } refused)
        {
            Report(member.Name, refused.Why!);
            await tar.SkipAsync(stored, what, cancel);
            return;
        }

        output.Write(file);
        Count(file);
        if (own)
        {
            Report(member.Name, $"is a link with content, and not to \"{Shown.Name(target)}\", which does not precede it; kept as a file", marks: true);
        }

        await CopyAsync(stored, what, cancel);
    }

    /// <summary>Writes the links that had to wait for their targets, and names those that lead elsewhere than in the archive.</summary>
    private async ValueTask FinishNamesAsync(CancellationToken cancel)
    {
        foreach (LateLink late in names.Finish())
        {
            cancel.ThrowIfCancellationRequested();
            if (late.Entry is { } entry)
            {
                output.Write(entry);
                Count(entry);
            }
            else
            {
                Report(late.Name, late.Why!);
            }

            await output.FlushIfFullAsync(cancel);
        }
    }

    /// <summary>Makes path and target of the names in the archive; why it cannot be kept, or null.</summary>
    private static string? Refusal(Member member)
    {
        if (member.Entry is not { } entry)
        {
            return null;
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
            case EntryType.SymbolicLink when member.Target.IsEmpty:
                return "leads nowhere";
            case EntryType.SymbolicLink when member.Target.Span.Contains((byte)0):
                return "its target contains a NUL";
            case EntryType.SymbolicLink when member.Target.Length > StreamLimits.Path:
                return $"its target is longer than {StreamLimits.Path} bytes";
            case EntryType.SymbolicLink:
                entry.Target = member.Target.Bytes;
                return null;
            case EntryType.Link:
                string? wrong = WhyNotKept(member.Target, out BytePath target);
                entry.Target = target.Bytes;
                return wrong is null ? null : $"is a link to \"{Shown.Name(member.Target)}\": {wrong}";
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
        Count(member.Entry!);
        foreach (string mark in member.Marks)
        {
            Report(member.Name, mark, marks: true);
        }
    }

    private void Count(EntryRecord entry)
    {
        Entries++;
        Bytes += Math.Min(entry.Size ?? 0, long.MaxValue - Bytes);
    }

    private void Report(BytePath name, string text, bool marks = false)
    {
        // A problem's path can be no path with a NUL in it, and no longer than a reader takes.
        int end = name.Span[..Math.Min(name.Length, StreamLimits.Path)].IndexOf((byte)0);
        end = end < 0 ? Math.Min(name.Length, StreamLimits.Path) : end;
        problems.Report(end == name.Length ? name : new BytePath(name.Span[..end]), text, marks: marks);
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

    /// <summary>Reads the blocks with the rest of a map of old GNU form, to the last even if one is damaged: the content comes after them.</summary>
    private async ValueTask ReadMapBlocksAsync(Member member, string what, CancellationToken cancel)
    {
        while (true)
        {
            ReadOnlyMemory<byte> block = await tar.ReadBlockAsync(what, cancel);
            member.AddRuns(TarField.MoreSparse.Of(block.Span));
            if (TarField.MoreIsExtended.Of(block.Span)[0] == 0)
            {
                return;
            }
        }
    }

    /// <summary>Reads a map of format 1.0: how many runs, then offset and length of each, a line a number, filled up to whole blocks.</summary>
    /// <returns>How many bytes it took.</returns>
    private async ValueTask<long> ReadMapAsync(Member member, long stored, string what, CancellationToken cancel)
    {
        SparseMapLines lines = new();
        long taken = 0;
        try
        {
            while (!lines.TryRead(member.Sparse!))
            {
                if (stored - taken < TarBlock.Size)
                {
                    throw new FormatException("a sparse map that does not end");
                }

                lines.Add((await tar.ReadBlockAsync(what, cancel)).Span);
                taken += TarBlock.Size;
            }
        }
        catch (FormatException e)
        {
            member.Refusal = $"cannot be read: {e.Message}";
        }

        return taken;
    }
}
