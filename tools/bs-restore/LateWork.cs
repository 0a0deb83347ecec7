using System.Buffers;
using System.Buffers.Binary;
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

    private const long NotDone = -1;

    private readonly EntrySorter directories = new(ScratchSpace.Create);
    private readonly EntrySorter files = new(ScratchSpace.Create);
    private readonly ArrayBufferWriter<byte> encoded = new();

    /// <summary>Adds a directory; of two with one path the later counts.</summary>
    /// <param name="entry">The directory.</param>
    /// <param name="changes">If it has its attributes already: how much the restore had changed by then.</param>
    internal void AddDirectory(EntryRecord entry, long? changes = null)
    {
        // Greater depths sort first; no digit is a slash, which has an order of its own.
        int depth = entry.Path.Span.SequenceEqual("."u8) ? 0 : 1 + entry.Path.Span.Count((byte)'/');
        string key = (StreamLimits.Path + 1 - depth).ToString($"x{DepthDigits}", CultureInfo.InvariantCulture);
        Span<byte> done = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(done, changes ?? NotDone);
        directories.Add([.. Encoding.ASCII.GetBytes(key), .. entry.Path.Span], Encode(entry, done));
    }

    /// <summary>Adds a file that is to become immutable or append-only.</summary>
    internal void AddFile(EntryRecord entry) => files.Add(entry.Path.Span, Encode(entry, default));

    /// <summary>The directories, the deepest first.</summary>
    /// <param name="changes">How much the restore has changed: those that have had their attributes ever since are left out. Null to give all.</param>
    internal IEnumerable<EntryRecord> Directories(Func<long>? changes)
    {
        using EntryCursor cursor = directories.Open();
        while (cursor.MoveNext())
        {
            if (changes?.Invoke() != BinaryPrimitives.ReadInt64LittleEndian(cursor.Item))
            {
                yield return Decode(cursor.Item[sizeof(long)..]);
            }
        }
    }

    /// <summary>The files, in the order of a tree.</summary>
    internal IEnumerable<EntryRecord> Files()
    {
        using EntryCursor cursor = files.Open();
        while (cursor.MoveNext())
        {
            yield return Decode(cursor.Item);
        }
    }

    public void Dispose()
    {
        directories.Dispose();
        files.Dispose();
    }

    private static EntryRecord Decode(ReadOnlySpan<byte> item) => EntryRecord.ReadFrom(new ReadOnlySequence<byte>(item.ToArray()));

    /// <summary>Encodes an entry after what is to come before it.</summary>
    private ReadOnlySpan<byte> Encode(EntryRecord entry, scoped ReadOnlySpan<byte> before)
    {
        encoded.ResetWrittenCount();
        encoded.Write(before);
        MessagePackWriter writer = new(encoded);
        entry.WriteTo(ref writer);
        writer.Flush();
        return encoded.WrittenSpan;
    }
}
