
namespace Backshift.Records.Tests;

public sealed class ChunkNamingTests
{
    [Fact]
    public void The_plain_name_is_the_beginning_of_the_sha_256_of_the_content() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9c", ChunkNaming.Plain.Of("abc"u8).ToString());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_chunks_get_the_names_that_each_has_alone(bool isKeyed)
    {
        ChunkNaming naming = isKeyed ? ChunkNaming.Keyed("key"u8) : ChunkNaming.Plain;
        byte[] first = new byte[5000], second = new byte[4000];
        new Random(3).NextBytes(first);
        new Random(4).NextBytes(second);
        naming.OfBoth(first, second, out Digest name, out Digest other);
        Assert.Equal((naming.Of(first), naming.Of(second)), (name, other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_chunks_get_the_names_that_each_has_alone(bool isKeyed)
    {
        ChunkNaming naming = isKeyed ? ChunkNaming.Keyed("key"u8) : ChunkNaming.Plain;
        byte[] content = new byte[5000];
        new Random(5).NextBytes(content);

        // More than what is hashed without an allocation, and an odd number.
        Range[] places = [.. Enumerable.Range(0, 101).Select(static i => i..(i + (i * 40)))];
        Digest[] names = new Digest[places.Length];
        naming.OfAll(content, places, names);
        Assert.Equal([.. places.Select(place => naming.Of(content.AsSpan(place)))], names);
    }

    [Fact]
    public void A_name_takes_no_memory()
    {
        const int Names = 10_000;
        byte[] content = new byte[1000];
        _ = ChunkNaming.Plain.Of(content);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Names; i++)
        {
            _ = ChunkNaming.Plain.Of(content);
        }

        // A collection meanwhile, by another test, counts what was left of this thread's 8 KiB as allocated.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Names * 8);
    }
}
