namespace Backshift.Chunking.Tests;

/// <summary>Whole files cut by the cutter under test.</summary>
internal static class Cuts
{
    /// <summary>The lengths of the chunks of a file that is in memory as a whole.</summary>
    internal static List<int> Of(Cutter cutter, ReadOnlySpan<byte> file)
    {
        List<int> lengths = [];
        while (!file.IsEmpty)
        {
            int length = cutter.NextCut(file, endOfFile: true);
            lengths.Add(length);
            file = file[length..];
        }

        return lengths;
    }

    /// <summary>The same, where the cutter sees the file grow by pieces of the sizes that <paramref name="nextPiece"/> gives.</summary>
    internal static List<int> OfPieces(Cutter cutter, ReadOnlySpan<byte> file, Func<int> nextPiece, bool remember)
    {
        List<int> lengths = [];
        int start = 0;
        int seen = 0;
        int scanned = 0;
        while (start < file.Length)
        {
            bool end = seen == file.Length;
            int length = remember ? cutter.NextCut(file[start..seen], end, ref scanned) : cutter.NextCut(file[start..seen], end);
            if (length > 0)
            {
                lengths.Add(length);
                start += length;
            }
            else
            {
                Assert.False(end, "a file that has ended needs no more data");
                Assert.True(seen - start < cutter.Sizes.Maximum, "as much as the longest chunk needs no more data");
                seen = Math.Min(file.Length, seen + nextPiece());
            }
        }

        return lengths;
    }
}
