using Backshift.Records;

namespace Backshift.Tools.Diff;

/// <summary>Compares two entries of one path, except for the contents of files.</summary>
internal static class EntryComparison
{
    internal static Aspects Compare(EntryRecord left, EntryRecord right)
    {
        Aspects aspects = Aspects.None;
        if (!left.TypeName.SequenceEqual(right.TypeName))
        {
            // A walk reports every name of a file as a file; after bs-chunk later names are links.
            if (!IsOneOfSeveral(left, right) && !IsOneOfSeveral(right, left))
            {
                return left.Type == EntryType.Link || right.Type == EntryType.Link ? Aspects.Links : Aspects.Type;
            }
        }
        else
        {
            aspects |= Own(left, right);
        }

        return aspects
            | When(Differ(left.Mode, right.Mode) && left.Type != EntryType.SymbolicLink, Aspects.Mode)
            | When(Differ(left.Uid, right.Uid) || Differ(left.Gid, right.Gid), Aspects.Owner)
            | When(Differ(left.Mtime, right.Mtime), Aspects.Mtime)
            | When(!SameAttributes(left.Attributes, right.Attributes), Aspects.Xattrs)
            | When((left.Flags ?? 0) != (right.Flags ?? 0), Aspects.Flags);
    }

    private static Aspects Own(EntryRecord left, EntryRecord right) => left.Type switch
    {
        EntryType.SymbolicLink => When(!left.Target.AsSpan().SequenceEqual(right.Target), Aspects.Content),
        EntryType.Link => When(!left.Target.AsSpan().SequenceEqual(right.Target), Aspects.Links),
        EntryType.CharacterDevice or EntryType.BlockDevice => When(left.RdevMajor != right.RdevMajor || left.RdevMinor != right.RdevMinor, Aspects.Content),
        _ => Aspects.None,
    };

    private static bool IsOneOfSeveral(EntryRecord link, EntryRecord other) => link.Type == EntryType.Link && other.Nlink > 1;

    // Attributes that one of them lacks are not compared: an archive, for instance, records less than a file system.
    private static bool Differ<T>(T? left, T? right)
        where T : struct, IEquatable<T> => left is { } one && right is { } other && !one.Equals(other);

    private static bool SameAttributes(List<KeyValuePair<byte[], byte[]>>? left, List<KeyValuePair<byte[], byte[]>>? right)
    {
        if ((left?.Count ?? 0) != (right?.Count ?? 0))
        {
            return false;
        }

        foreach ((byte[] name, byte[] value) in left ?? [])
        {
            if (!right!.Exists(other => other.Key.AsSpan().SequenceEqual(name) && other.Value.AsSpan().SequenceEqual(value)))
            {
                return false;
            }
        }

        return true;
    }

    private static Aspects When(bool differ, Aspects aspect) => differ ? aspect : Aspects.None;
}
