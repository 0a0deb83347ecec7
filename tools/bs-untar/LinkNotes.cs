using System.Buffers.Binary;
using Backshift.Posix;

namespace Backshift.Tools.Untar;

/// <summary>The links of an archive in the order in which they came, in memory while they are few, then in a file without a name.</summary>
internal sealed class LinkNotes : IDisposable
{
    private const int Head = 4 * sizeof(int);

    private readonly ScratchBytes bytes;
    private byte[] one = [];

    internal LinkNotes(Func<ScratchSpace> createScratch, int limit) => bytes = new ScratchBytes(createScratch, limit);

    /// <summary>Where the next one will be.</summary>
    internal long End { get; private set; }

    internal void Add(LinkNote note)
    {
        int length = Head + note.Name.Length + note.Target.Length + note.Entry.Length;
        if (one.Length < length)
        {
            one = new byte[length];
        }

        BinaryPrimitives.WriteInt32LittleEndian(one, note.Name.Length);
        BinaryPrimitives.WriteInt32LittleEndian(one.AsSpan(4), note.Target.Length);
        BinaryPrimitives.WriteInt32LittleEndian(one.AsSpan(8), note.Entry.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(one.AsSpan(12), note.Version);
        note.Name.Span.CopyTo(one.AsSpan(Head));
        note.Target.Span.CopyTo(one.AsSpan(Head + note.Name.Length));
        note.Entry.CopyTo(one, Head + note.Name.Length + note.Target.Length);
        bytes.Write(one.AsSpan(0, length), End);
        End += length;
    }

    /// <summary>Reads the one at an offset.</summary>
    /// <param name="at">Where it is.</param>
    /// <param name="next">Where the one after it is.</param>
    internal LinkNote Read(long at, out long next)
    {
        Span<byte> head = stackalloc byte[Head];
        bytes.Read(head, at);
        int name = BinaryPrimitives.ReadInt32LittleEndian(head), target = BinaryPrimitives.ReadInt32LittleEndian(head[4..]),
            entry = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        byte[] rest = new byte[name + target + entry];
        bytes.Read(rest, at + Head);
        next = at + Head + rest.Length;
        return new LinkNote(
            new BytePath(rest[..name]), new BytePath(rest[name..(name + target)]), BinaryPrimitives.ReadUInt32LittleEndian(head[12..]),
                rest[(name + target)..]);
    }

    public void Dispose() => bytes.Dispose();
}
