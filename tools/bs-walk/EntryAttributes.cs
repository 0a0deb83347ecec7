using Backshift.Posix;

namespace Backshift.Tools.Walk;

/// <summary>Reads the extended attributes of entries, sorted by name: file systems list them in an order of their own, and equal entries are to be equal
/// bytes.</summary>
internal sealed class EntryAttributes
{
    /// <summary>How many bytes of attributes an entry may have: the entry has to fit into a node of a saveset's tree. XFS allows a file more.</summary>
    internal const int Most = 4 << 20;

    private readonly AttributeReader reader;
    private readonly List<byte[]> names = [];

    /// <param name="reader">Asks the system.</param>
    internal EntryAttributes(AttributeReader? reader = null) => this.reader = reader ?? new AttributeReader();

    /// <summary>Attributes of the last entry that could not be read: the error number, or 0, and words.</summary>
    internal List<(int Errno, string Text)> Troubles { get; } = [];

    /// <summary>The attributes of an entry, or null if it has none.</summary>
    internal List<KeyValuePair<byte[], byte[]>>? Read(EntryPlace place)
    {
        Troubles.Clear();
        place = reader.IsRelative ? place : place.ByPath;
        int errno = reader.TryList(place.Directory, place.TerminatedName, out ReadOnlySpan<byte> list);
        if (errno != 0)
        {
            Troubles.Add((errno, $"its attributes cannot be listed: {Errno.Describe(errno)}"));
        }

        return list.IsEmpty ? null : ReadValues(place, list);
    }

    private List<KeyValuePair<byte[], byte[]>>? ReadValues(in EntryPlace place, ReadOnlySpan<byte> list)
    {
        names.Clear();
        for (int end = list.IndexOf((byte)0); end >= 0; end = list.IndexOf((byte)0))
        {
            names.Add(list[..(end + 1)].ToArray());
            list = list[(end + 1)..];
        }

        names.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        List<KeyValuePair<byte[], byte[]>> attributes = new(names.Count);
        int room = Most;
        foreach (byte[] name in names)
        {
            int errno = reader.TryRead(place.Directory, place.TerminatedName, name, out ReadOnlySpan<byte> value);
            string shown = Escaping.Display(name.AsSpan(..^1));
            if (errno is not (0 or Errno.ENODATA))
            {
                Troubles.Add((errno, $"its attribute {shown} is not saved: {Errno.Describe(errno)}"));
            }
            else if (errno == 0 && (room -= name.Length + value.Length) < 0)
            {
                Troubles.Add((0, $"has more than {Most} bytes of attributes: {shown} and later ones are not saved"));
                break;
            }
            else if (errno == 0)
            {
                attributes.Add(new(name[..^1], value.ToArray()));
            }
        }

        return attributes.Count == 0 ? null : attributes;
    }
}
