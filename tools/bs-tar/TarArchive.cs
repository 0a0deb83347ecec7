using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;
using Backshift.Tooling;

namespace Backshift.Tools.Tar;

/// <summary>An archive that is written entry by entry. Whatever happens to one entry, what was begun is brought to the length that its header says.</summary>
internal sealed class TarArchive
{
    private readonly OutputBuffer output;
    private readonly TarFormat format;
    private readonly TarHeaders headers;
    private readonly Action<string> warn;
    private readonly Renaming renaming;
    private readonly HashSet<BytePath> leftOut = [];
    private EntryRecord? open;
    private long length;
    private long remaining;
    private bool isCut;

    /// <param name="output">Where the archive goes.</param>
    /// <param name="format">Its format.</param>
    /// <param name="warn">Says a line on standard error.</param>
    /// <param name="renaming">The names that entries have in it. What is said to the user has the names of the saveset.</param>
    /// <param name="libarchive">Whether to write, in pax, what libarchive alone reads.</param>
    internal TarArchive(OutputBuffer output, TarFormat format, Action<string> warn, Renaming renaming, bool libarchive = false)
    {
        this.renaming = renaming;
        this.output = output;
        this.format = format;
        this.warn = warn;
        headers = new TarHeaders(output, format, libarchive);
    }

    /// <summary>Done, or what the worst trouble so far asks for.</summary>
    internal ExitCode Status { get; private set; }

    /// <summary>Says a line about an entry that is not in the archive as it should be.</summary>
    internal void Report(string message, ExitCode code = ExitCode.Incomplete)
    {
        warn(message);
        Status = (ExitCode)Math.Max((int)Status, (int)code);
    }

    /// <summary>Says a line that changes nothing.</summary>
    internal void Note(string message) => warn(message);

    /// <summary>Says that a socket is left out, as tar does: no archive has a place for one, and its server makes it anew.</summary>
    internal void LeaveSocketOut(BytePath path) => Note($"{path}: is a socket; left out");

    /// <summary>Writes an entry's header; its content is to follow.</summary>
    /// <returns>Whether it was written; if not, the user was told.</returns>
    internal bool TryStart(EntryRecord entry, long size, SparseFile? sparse = null)
    {
        if (entry.Type == EntryType.Unknown)
        {
            LeaveOut(entry, $"has the type \"{Escaping.Display(entry.TypeName)}\", which is not known here; left out");
            return false;
        }

        if (entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice && entry.RdevMajor is null)
        {
            LeaveOut(entry, "is a device without numbers; left out");
            return false;
        }

        if (entry.Type == EntryType.Link && leftOut.Contains(new BytePath(entry.Target!)))
        {
            LeaveOut(entry, $"left out, as {Escaping.Display(entry.Target)}, which it links to");
            return false;
        }

        if (!TryWriteHeader(entry, sparse?.StoredSize ?? size, sparse))
        {
            return false;
        }

        if (format != TarFormat.Pax && entry.Attributes is { Count: > 0 })
        {
            Report($"{entry.Path}: format {format.ToString().ToLowerInvariant()} cannot hold its extended attributes");
        }

        open = entry;
        isCut = false;
        length = remaining = sparse?.StoredSize ?? size;
        if (sparse is not null)
        {
            Write(sparse.Text);
        }

        return true;
    }

    /// <summary>Writes the header with the names that are those of the archive, for as long as that takes.</summary>
    private bool TryWriteHeader(EntryRecord entry, long size, SparseFile? sparse)
    {
        (BytePath path, byte[]? target) = (entry.Path, entry.Target);
        if (TryRename(entry) is { } refusal)
        {
            (entry.Path, entry.Target) = (path, target);
            LeaveOut(entry, refusal);
            return false;
        }

        string? why = headers.TryWrite(entry, size, sparse);
        (entry.Path, entry.Target) = (path, target);
        if (why is not null)
        {
            LeaveOut(entry, $"{why} in format {format.ToString().ToLowerInvariant()}; left out");
        }

        return why is null;
    }

    private string? TryRename(EntryRecord entry)
    {
        if (!renaming.TryRename(entry.Path, NameScope.Entries, out BytePath renamed, out string? refusal))
        {
            return refusal ?? "has no name in the archive; left out";
        }

        entry.Path = renamed;
        if (entry.Type == EntryType.Link)
        {
            if (!renaming.TryRename(new BytePath(entry.Target!), NameScope.Links, out BytePath target, out refusal))
            {
                return $"is a link to {Escaping.Display(entry.Target)}, which {refusal ?? "has no name in the archive; left out"}";
            }

            entry.Target = target.Bytes;
        }
        else if (entry.Type == EntryType.SymbolicLink)
        {
            entry.Target = renaming.RenameTarget(entry.Target!);
            return entry.Target.Length == 0 ? "would point to nothing; left out" : null;
        }

        return null;
    }

    /// <summary>Says that an entry is left out, and remembers it if links to it may follow.</summary>
    internal void LeaveOut(EntryRecord entry, string why, ExitCode code = ExitCode.Incomplete)
    {
        Report($"{entry.Path}: {why}", code);
        if (entry.Nlink is null or > 1)
        {
            leftOut.Add(entry.Path);
        }
    }

    /// <summary>Writes content of the entry; what is beyond its size is cut, and the user told.</summary>
    internal void Write(ReadOnlySpan<byte> content) => output.Write(content[..(int)Take(content.Length)]);

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    internal void Write(ReadOnlySequence<byte> content)
    {
        foreach (ReadOnlyMemory<byte> piece in content)
        {
            Write(piece.Span);
        }
    }

    internal void WriteZeros(long count) => output.WriteZeros(Take(count));

    /// <summary>Ends the entry. If content is missing, it is filled with zeros, and that is reported.</summary>
    internal void EndEntry()
    {
        if (open is null)
        {
            return;
        }

        if (remaining > 0)
        {
            Report($"{open.Path}: its content is {remaining} bytes shorter than its size; filled with zeros");
            output.WriteZeros(remaining);
        }

        headers.Pad(length);
        open = null;
    }

    /// <summary>Ends the archive.</summary>
    internal void Finish()
    {
        EndEntry();
        headers.Finish();
        output.Flush();
    }

    private long Take(long count)
    {
        long taken = Math.Min(count, remaining);
        remaining -= taken;
        if (taken < count && !isCut)
        {
            isCut = true;
            Report($"{open?.Path}: its content is longer than its size, and is truncated");
        }

        return taken;
    }
}
