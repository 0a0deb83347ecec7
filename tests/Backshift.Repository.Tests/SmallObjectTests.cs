using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Repository.Tests;

public sealed class SmallObjectTests
{
    public static TheoryData<string> Vectors => RepositoryVector.Of("small");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        ObjectType type = (ObjectType)vector["type"][0];
        if (vector.IsRefused)
        {
            Assert.Throws<BackshiftException>(() => Read(vector.File, type, out _));
            return;
        }

        byte[] body = Read(vector.File, type, out ObjectHeader header);
        Assert.Equal(vector["body"], Convert.ToHexStringLower(body));
        if (name != "small-reserved")
        {
            Assert.Equal(vector.File, SmallObject.Encode(header, body));
        }
    }

    [Fact]
    public void A_change_of_any_byte_is_noticed()
    {
        byte[] good = RepositoryVector.Load("small-saveset").File;
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x01;
            Assert.Throws<BackshiftException>(() => Read(bad, ObjectType.Saveset, out _));
        }
    }

    [Fact]
    public void A_cut_at_any_byte_is_noticed()
    {
        byte[] good = RepositoryVector.Load("small-saveset").File;
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Throws<BackshiftException>(() => Read(good[..length], ObjectType.Saveset, out _));
        }
    }

    private static byte[] Read(byte[] bytes, ObjectType type, out ObjectHeader header) => SmallObject.Decode(bytes, type, "object", out header);
}
