using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Chunk.Tests;

/// <summary>A file of which an earlier version is known is cut as if it were not, and its chunks that come again are references.</summary>
[Trait("Length", "long")]
public sealed class EarlierContentTests
{
    private static async Task<byte[][]> CutAsync(byte[] content)
    {
        using ChunkedFolder folder = new();
        await folder.With("a", content).ChunkAsync();
        return [.. folder.Chunks["a"]];
    }

    public static TheoryData<string, int, int> Changes => new()
    {
        { "nothing", 200_000, 1 }, { "nothing", 200_000, 4 }, { "nothing", 1, 4 }, { "nothing", 900_000, 1 }, { "nothing", 900_000, 4 },
        { "a byte in the middle", 200_000, 1 }, { "a byte in the middle", 200_000, 4 }, { "a byte in the middle", 900_000, 4 },
        { "a byte inserted", 200_000, 4 }, { "a byte inserted", 900_000, 4 },
        { "a byte at the end", 200_000, 4 }, { "a byte at the end", 900_000, 4 },
        { "more at the end", 200_000, 1 }, { "more at the end", 200_000, 4 }, { "more at the end", 900_000, 4 },
        { "less at the end", 200_000, 4 }, { "less at the end", 900_000, 4 },
        { "all", 200_000, 4 }, { "turned around", 200_000, 4 }, { "twice", 100_000, 4 },
    };

    [Theory, MemberData(nameof(Changes))]
    public async Task The_cuts_are_the_same_and_what_comes_again_is_a_reference(string change, int length, int readers)
    {
        byte[] then = ChunkedFolder.Noise(length, length);
        byte[] now = change switch
        {
            "nothing" => then,
            "a byte in the middle" => [.. then[..(length / 2)], (byte)~then[length / 2], .. then[((length / 2) + 1)..]],
            "a byte inserted" => [.. then[..(length / 2)], 7, .. then[(length / 2)..]],
            "a byte at the end" => [.. then, 7],
            "more at the end" => [.. then, .. ChunkedFolder.Noise(3, 50_000)],
            "less at the end" => then[..^1000],
            "all" => ChunkedFolder.Noise(4, length),
            "turned around" => [.. then[(length / 2)..], .. then[..(length / 2)]],
            _ => [.. then, .. then],
        };
        byte[][] before = await CutAsync(then), after = await CutAsync(now);
        HashSet<Digest> known = [.. before.Select(static chunk => Digest.Of(chunk))];
        using ChunkedFolder folder = new();
        await folder.With("a", now).WithEarlier(before).With("b", now).ChunkAsync(readers);
        Assert.Equal(after.Select(static chunk => chunk.Length).Concat(after.Select(static chunk => chunk.Length)), folder.ChunkSizes);
        Assert.Equal(after.Where(chunk => !known.Contains(Digest.Of(chunk))), folder.Chunks.GetValueOrDefault("a") ?? []);
        Assert.Equal(after.Select(static chunk => Digest.Of(chunk)).Where(known.Contains), folder.References.GetValueOrDefault("a") ?? []);

        // The file behind it has no earlier version, and says so in every byte.
        Assert.Equal(after, folder.Chunks["b"]);
        Assert.All(folder.Entries, static entry => Assert.Null(entry.Earlier));
    }

    [Fact]
    public async Task A_digest_that_does_not_match_is_not_believed()
    {
        byte[] content = ChunkedFolder.Noise(5, 100_000);
        byte[][] chunks = await CutAsync(content);
        using ChunkedFolder folder = new();

        // Chunks of the right lengths with other contents.
        await folder.With("a", content).WithEarlier([.. chunks.Select(static chunk => ChunkedFolder.Noise(6, chunk.Length))]).ChunkAsync();
        Assert.Equal(content, folder.Contents["a"]);
        Assert.Empty(folder.References);
    }
}
