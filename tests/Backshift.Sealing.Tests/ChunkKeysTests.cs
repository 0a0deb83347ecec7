using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing.Tests;

public sealed class ChunkKeysTests
{
    private static readonly BytePath Repository = BytePath.Of("/r");
    private static readonly byte[] Configuration = [.. Enumerable.Range(0, 32).Select(static number => (byte)number)];

    [Fact]
    public void What_is_handed_on_are_the_two_keys_and_nothing_of_the_others()
    {
        using RootKey root = RootKey.Random();
        using RepositoryKeys all = RepositoryKeys.Derive(root, Configuration);
        using ChunkKeys derived = ChunkKeys.Derive(root, Configuration);
        using ChunkKeys handed = ChunkKeys.Of(derived.Span, Repository, Configuration);
        Assert.Equal(all.Cutter, handed.Cutter);
        Assert.Equal(all.Chunks, handed.Chunks);
        Assert.Equal([.. Configuration[..16], .. all.Cutter, .. all.Chunks], handed.Span.ToArray());
    }

    [Fact]
    public void Those_of_another_repository_are_refused()
    {
        using RootKey root = RootKey.Random();
        using ChunkKeys derived = ChunkKeys.Derive(root, Configuration);
        byte[] other = [.. Configuration];
        other[15] ^= 1;
        BackshiftException refused = Assert.Throws<BackshiftException>(() => ChunkKeys.Of(derived.Span, Repository, other));
        Assert.Equal(ExitCode.NotPermitted, refused.Code);
    }
}
