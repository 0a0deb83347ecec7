using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Tooling;

namespace Backshift.Tools.Cat;

/// <summary>Writes the contents of files of a saveset; see bs-cat(1).</summary>
internal sealed class FileContents
{
    private readonly RepositoryReader reader;
    private readonly Saveset saveset;
    private readonly OutputBuffer output;
    private readonly Action<string> warn;

    internal FileContents(RepositoryReader reader, Saveset saveset, OutputBuffer output, Action<string> warn)
    {
        this.reader = reader;
        this.saveset = saveset;
        this.output = output;
        this.warn = warn;
    }

    /// <summary>Writes the files in the order in which they are named. One that is not there does not keep the others back.</summary>
    /// <exception cref="BackshiftException">A chunk or a node is missing or damaged. What lies before it has been written.</exception>
    internal ExitCode Run(IReadOnlyList<BytePath> paths, CancellationToken cancel)
    {
        ExitCode code = ExitCode.Done;
        try
        {
            foreach (BytePath path in paths)
            {
                BytePath kept = PathSelection.Keep(path.Span);
                if (Find(kept.IsEmpty ? new BytePath("."u8) : kept, path) is { } file)
                {
                    Write(file, path, cancel);
                }
                else
                {
                    code = ExitCode.NoInput;
                }
            }
        }
        catch (Exception e) when (e is BackshiftException or StoreGoneException)
        {
            output.Flush();
            throw;
        }

        output.Flush();
        return code;
    }

    private StoredEntry? Find(BytePath kept, BytePath given)
    {
        StoredEntry? entry = reader.FindEntry(saveset, kept);
        if (entry?.Entry.Type == EntryType.Link)
        {
            BytePath target = new(entry.Entry.Target!);
            entry = reader.FindEntry(saveset, target);
            if (entry is null)
            {
                warn($"{given}: is a link to {target}, which is not in {saveset.Name}");
                return null;
            }
        }

        string? trouble = entry?.Entry.Type switch
        {
            null when reader.Entries(saveset, kept).Any() => "is a directory",
            null => $"is not in {saveset.Name}",
            EntryType.File => null,
            EntryType.Directory => "is a directory",
            EntryType.SymbolicLink => $"is a symbolic link to {Escaping.Display(entry.Entry.Target)}",
            _ => "is not a file",
        };
        if (trouble is not null)
        {
            warn($"{given}: {trouble}");
            return null;
        }

        return entry;
    }

    private void Write(StoredEntry file, BytePath given, CancellationToken cancel)
    {
        using ReadAhead ahead = new(reader, [file], given);
        ahead.TryNextEntry(out _);
        while (ahead.TryNextPart(out ContentPart part))
        {
            cancel.ThrowIfCancellationRequested();
            if (part.Digest is null)
            {
                output.WriteZeros(part.Size);
            }
            else
            {
                output.Write(ahead.ReadPart().Span);
            }
        }
    }
}
