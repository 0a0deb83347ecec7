
namespace Backshift.Records.Tests;

public sealed class ChunkNamingTests
{
    [Fact]
    public void The_plain_name_is_the_beginning_of_the_sha_256_of_the_content() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9c", ChunkNaming.Plain.Of("abc"u8).ToString());

    [Fact]
    public void A_name_takes_no_memory()
    {
        byte[] content = new byte[1000];
        _ = ChunkNaming.Plain.Of(content);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = ChunkNaming.Plain.Of(content);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
