using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Testing.Model;

/// <summary>Reads savesets and compares them with what was saved.</summary>
internal static class SavedContents
{
    /// <summary>Reads a whole saveset.</summary>
    /// <param name="reader">The repository.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="expected">What must come out, or null for anything.</param>
    /// <returns>What differs, or null.</returns>
    /// <exception cref="BackshiftException">Something of it cannot be read.</exception>
    internal static string? Compare(RepositoryReader reader, Saveset saveset, IReadOnlyDictionary<string, Digest[]>? expected)
    {
        HashSet<string> seen = [];
        foreach (StoredEntry entry in reader.Entries(saveset, default))
        {
            string path = entry.Path.ToString();
            seen.Add(path);
            if (saveset.DataExpired is not null)
            {
                continue;
            }

            List<Digest> chunks = [];
            foreach (ContentPart part in reader.Parts(entry))
            {
                Digest digest = part.Digest!.Value;
                chunks.Add(digest);
                if (!reader.Contents.Read(digest).Span.SequenceEqual(Universe.Content(digest)))
                {
                    return $"{saveset.Name}: {path}: wrong bytes";
                }
            }

            if (expected is not null && !(expected.TryGetValue(path, out Digest[]? wanted) && wanted.AsSpan().SequenceEqual(chunks.ToArray())))
            {
                return $"{saveset.Name}: {path}: other chunks than were saved";
            }
        }

        return expected is null || seen.Count == expected.Count ? null : $"{saveset.Name}: has {seen.Count} entries, not {expected.Count}";
    }
}
