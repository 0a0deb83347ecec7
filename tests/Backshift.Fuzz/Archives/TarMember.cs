using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Archives;

/// <summary>A member of an archive.</summary>
/// <param name="Name">Its name, a character a byte, without a slash at the end.</param>
/// <param name="Type">Its type flag.</param>
/// <param name="Target">What a link leads to.</param>
/// <param name="Content">A print of its content with holes as zeros.</param>
internal sealed record TarMember(string Name, char Type, string Target, string Content)
{
    // Holes of more than this are not made zeros to be compared.
    private const int FlatLimit = 64 << 20;

    /// <summary>The print of an entry's content with its holes as zeros; null if it is too large for that, or not known.</summary>
    internal static string? Flat(StreamEntry entry, ChunkBook book)
    {
        if (entry.Parts.Sum(static part => (double)part.Size) > FlatLimit)
        {
            return null;
        }

        using ContentPrint print = new();
        foreach ((byte[]? digest, Int128 size) in entry.Parts)
        {
            byte[]? bytes = digest is null ? new byte[(int)size] : book.Find(digest);
            if (bytes is null)
            {
                return null;
            }

            print.Add(bytes);
        }

        return print.Finish();
    }
}
