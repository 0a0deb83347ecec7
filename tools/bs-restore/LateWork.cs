using System.Buffers;
using System.Globalization;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Tools.Restore;

/// <summary>
/// What can be done only when everything is in its place: the attributes of directories, the deepest first, and the flags that keep files from being changed
/// or linked. Kept in scratch space once there is much of it.
/// </summary>
internal sealed class LateWork : IDisposable
{
    // Of a depth of up to 65,536.
    private const int DepthDigits = 5;

    private readonly EntrySorter directories = new(ScratchSpace.Create);
    private readonly EntrySorter files = new(ScratchSpace.Create);
    private readonly ArrayBufferWriter<byte> encoded = new();

    /// <summary>Adds a directory; of two with one path the later counts.</summary>
    internal void AddDirectory(EntryRecord entry)
    {
        // Greater depths sort first; no digit is a slash, which has an order of its own.
        int depth = entry.Path.Span.SequenceEqual("."u8) ? 0 : 1 + entry.Path.Span.Count((byte)'/');
        string key = (StreamLimits.Path + 1 - depth).ToString($"x{DepthDigits}", CultureInfo.InvariantCulture);
        directories.Add([.. Encoding.ASCII.GetBytes(key), .. entry.Path.Span], Encode(entry));
    }

    /// <summary>Adds a file that is to become immutable or append-only.</summary>
    internal void AddFile(EntryRecord entry) => files.Add(entry.Path.Span, Encode(entry));

    /// <summary>The directories, the deepest first.</summary>
    internal IEnumerable<EntryRecord> Directories() => Read(directories);

    /// <summary>The files, in the order of a tree.</summary>
    internal IEnumerable<EntryRecord> Files() => Read(files);

    public void Dispose()
    {
        directories.Dispose();
        files.Dispose();
    }

    private static IEnumerable<EntryRecord> Read(EntrySorter sorter)
    {
        using EntryCursor cursor = sorter.Open();
        while (cursor.MoveNext())
        {
            yield return EntryRecord.ReadFrom(new ReadOnlySequence<byte>(cursor.Item.ToArray()));
        }
    }

    private ReadOnlySpan<byte> Encode(EntryRecord entry)
    {
        encoded.ResetWrittenCount();
        MessagePackWriter writer = new(encoded);
        entry.WriteTo(ref writer);
        writer.Flush();
        return encoded.WrittenSpan;
    }
}
