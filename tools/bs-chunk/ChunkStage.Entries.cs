using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Chunk;

internal sealed partial class ChunkStage
{
    // The entry that content records would belong to, and whether its content was read here. Null after one that was dropped.
    private EntryRecord? last;
    private bool readHere;

    // Stands for an entry that was passed on without being read.
    private static readonly EntryRecord WithContent = new() { Path = default, Type = EntryType.File, HasContent = true };

    // Whether content that follows is that of an inode which has it already.
    private bool dropping;

    /// <summary>Passes on a file whose content came along and which has no other name: nearly all of an incremental save.</summary>
    private async ValueTask<bool> TryPassUnreadAsync(CancellationToken cancel)
    {
        if (window.Count > 0 || !IsFileWithContent())
        {
            return false;
        }

        await cutter.FinishAsync(cancel);
        last = WithContent;
        readHere = false;
        dropping = false;
        output.WriteEncoded(input.Encoded);
        return true;
    }

    private bool IsFileWithContent() =>
        input.Encoded.IsSingleSegment && EntryGlance.TryRead(input.Encoded.FirstSpan, out EntryGlance glance)
        && glance is { IsFile: true, HasContent: true, Nlink: null or 1 } && EntryRecord.IsKeptPath(glance.Path);

    private async ValueTask TakeEntryAsync(EntryRecord entry, CancellationToken cancel)
    {
        PendingEntry pending = new(entry, InodeKey.Of(entry));
        if (window.Count == 0 && !NeedsReading(entry))
        {
            await PassAsync(pending, asItCame: true, cancel);
            return;
        }

        if (NeedsReading(entry) && !WillBeLink(pending))
        {
            ahead.Add(pending);
        }

        window.Enqueue(pending);
        if (!ahead.IsParallel || window.Count > Window)
        {
            await PassAsync(window.Dequeue(), asItCame: false, cancel);
        }
    }

    private async ValueTask FinishAsync(CancellationToken cancel)
    {
        await DrainAsync(cancel);
        await cutter.FinishAsync(cancel);
    }

    private async ValueTask DrainAsync(CancellationToken cancel)
    {
        while (window.TryDequeue(out PendingEntry? pending))
        {
            await PassAsync(pending, asItCame: false, cancel);
            await output.FlushIfFullAsync(cancel);
        }
    }

    /// <param name="pending">The entry.</param>
    /// <param name="asItCame">Whether it is the record that the reader stands at, which need not be encoded again.</param>
    /// <param name="cancel">Ends waiting.</param>
    private async ValueTask PassAsync(PendingEntry pending, bool asItCame, CancellationToken cancel)
    {
        await cutter.FinishAsync(cancel);
        EntryRecord entry = pending.Entry;
        last = entry;
        readHere = false;
        dropping = false;
        if (pending.Inode is { } inode && seen.Take(inode) is { } first && first != entry.Path)
        {
            ahead.Discard(pending);
            PassLink(entry, first);
            return;
        }

        if (asItCame)
        {
            output.WriteEncoded(input.Encoded);
        }
        else if (!NeedsReading(entry))
        {
            output.Write(entry);
        }
        else if (!await TryPassContentAsync(pending, cancel))
        {
            last = null;
            return;
        }

        if (pending.Inode is { } stored)
        {
            seen.Add(stored, entry.Nlink!.Value, entry.Path);
        }
    }

    private void PassLink(EntryRecord entry, BytePath first)
    {
        Links++;
        entry.Type = EntryType.Link;
        entry.Target = first.Bytes;
        entry.Source = null;
        entry.Earlier = null;
        dropping = entry.HasContent;
        entry.HasContent = false;
        output.Write(entry);
    }

    /// <summary>Writes the entry with its content; false if there is only a problem to be written.</summary>
    private async ValueTask<bool> TryPassContentAsync(PendingEntry pending, CancellationToken cancel)
    {
        EntryRecord entry = pending.Entry;
        BytePath name = entry.Source ?? entry.Path;
        progress?.AddEntry(name, entry.Size);
        using FileReading reading = ahead.Take(pending);
        cutter.Expect(entry.Earlier, reading.Same);
        entry.Flags = ((entry.Flags ?? 0) | (reading.Flags ?? 0)) is not 0 and uint all ? all : null;
        string? refusal = reading.Refusal;
        string? mark = reading.Mark;
        int errno = reading.Errno;
        if (reading.File is not null)
        {
            // It tells of its progress itself.
            await streaming.RunAsync(reading, () => WriteRead(entry, reading.Version.Size == 0 ? null : reading.Version.Size), cancel);
            (refusal, mark, errno) = (streaming.Refusal, streaming.Mark, streaming.Errno);

            // Closing a file may take as long as reading it, on a network file system.
            call?.Begin(name);
            reading.Dispose();
            call?.End();
        }
        else if (refusal is null)
        {
            progress?.AddBytes(reading.Content.Length);
            WriteRead(entry, reading.Content.Length);
            await cutter.CutAsync(reading.Content, last: true, cancel);
        }

        cutter.Expect(null);
        if ((refusal ?? mark) is { } text)
        {
            // The source is the name by which the user knows the file.
            problems.Report(name, text, errno, marks: refusal is null);
        }

        return refusal is null;
    }

    private void WriteRead(EntryRecord entry, long? size)
    {
        entry.Source = null;
        entry.Earlier = null;
        entry.HasContent = true;
        entry.Size = size;
        readHere = true;
        output.Write(entry);
    }

    /// <summary>An entry of size 0 without a device does not come from a file system: there is nothing to open.</summary>
    private static bool NeedsReading(EntryRecord entry) => entry.NeedsReading && !(entry.Size == 0 && entry.Dev is null);

    /// <summary>Whether the file need not be read because an earlier name of it was, or will be before it.</summary>
    private bool WillBeLink(PendingEntry pending)
    {
        if (pending.Inode is not { } inode || !ahead.IsParallel)
        {
            return false;
        }

        foreach (PendingEntry earlier in window)
        {
            if (earlier.Inode == inode)
            {
                return true;
            }
        }

        return seen.Contains(inode);
    }
}
