using Backshift.Objects;
using Backshift.Records;
using MessagePack;

namespace Backshift.Repository.Configuration;

/// <summary>An array of names of objects, 16 bytes each, in a small object.</summary>
internal static class NameArray
{
    /// <summary>Reads one.</summary>
    /// <param name="reader">Stands at the array.</param>
    /// <param name="limit">How many names there may be.</param>
    /// <param name="key">Its key, for messages.</param>
    /// <exception cref="BackshiftException">There are more.</exception>
    /// <exception cref="MessagePackSerializationException">It is no array of names.</exception>
    internal static List<ObjectName> Read(ref MessagePackReader reader, int limit, string key)
    {
        int count = reader.ReadArrayHeader();
        if (count > limit)
        {
            throw new MessagePackSerializationException($"{key} has {count} names, more than {limit}");
        }

        List<ObjectName> names = [];
        for (int i = 0; i < count; i++)
        {
            names.Add(ObjectName.Read(RecordText.ReadExactly(ref reader, ObjectName.Size, key)));
        }

        return names;
    }

    /// <summary>Writes one.</summary>
    internal static void Write(ref MessagePackWriter writer, IReadOnlyCollection<ObjectName> names)
    {
        writer.WriteArrayHeader(names.Count);
        foreach (ObjectName name in names)
        {
            writer.WriteBinHeader(ObjectName.Size);
            name.CopyTo(writer.GetSpan(ObjectName.Size));
            writer.Advance(ObjectName.Size);
        }
    }
}
