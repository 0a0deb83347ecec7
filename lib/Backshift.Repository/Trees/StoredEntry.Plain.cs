using Backshift.Records;

namespace Backshift.Repository.Trees;

public sealed partial class StoredEntry
{
    /// <summary>Reads an entry in place, as nearly all can be.</summary>
    /// <returns>Null if it has something that is not common, right or wrong: <see cref="ReadFrom"/> handles all forms and all errors.</returns>
    private static StoredEntry? TryReadPlain(ReadOnlySpan<byte> encoded)
    {
        if (EntryRecord.TryReadPlain(encoded, out int content) is not { } entry)
        {
            return null;
        }

        StoredEntry stored = new(entry);
        if (content == 0)
        {
            return stored;
        }

        SpanValues values = new(encoded[content..]);
        if (entry.Type != EntryType.File || !values.TryReadArray(out int count) || count % 2 != 0 || count > TreeLimits.MostPartsInEntry * 2)
        {
            return null;
        }

        ContentPart[] parts = new ContentPart[count / 2];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!values.TryReadBytes(out ReadOnlySpan<byte> digest) || digest.Length != Digest.Size
                || !values.TryReadNumber(out ulong size) || size is 0 or > long.MaxValue)
            {
                return null;
            }

            parts[i] = new ContentPart(new Digest(digest), (long)size);
        }

        stored.Parts = parts;
        return stored;
    }
}
