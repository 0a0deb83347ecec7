using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Condemning;

namespace Backshift.Repository.Tests;

public sealed class CondemnedTests
{
    private static readonly UnixTime Now = new(1_800_000_000, 0);

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static ObjectName Pack(ScratchRepository repository) => repository.Directory.ListPacks().Single();

    private static void Condemn(ScratchRepository repository, params ObjectName[] packs) =>
        new CondemnedList(Now, CondemnedList.Damaged, packs).Publish(repository.Directory);

    [Fact]
    public void A_list_is_read_as_it_was_written()
    {
        using ScratchRepository repository = new();
        ObjectName[] packs = [ObjectName.Random(), ObjectName.Random()];
        Condemn(repository, packs);
        CondemnedList list = CondemnedList.TryRead(repository.Directory, repository.Directory.ListCondemned().Single())!;
        Assert.Equal(packs, list.Packs);
        Assert.Equal((Now, "damaged"), (list.Made, list.Reason));
    }

    [Fact]
    public void The_body_of_a_list_has_its_keys_in_the_order_of_the_page()
    {
        using ScratchRepository repository = new();
        Condemn(repository, new ObjectName(0x0102030405060708, 0x090a0b0c0d0e0f10));
        ObjectName name = repository.Directory.ListCondemned().Single();
        byte[] body = SmallObject.TryRead(repository.Directory.Store, ObjectPath.CondemnedList(name), "list", out _)!;
        Assert.Equal("83" + "a46d616465" + "d6ff6b49d200" + "a6726561736f6e" + "a764616d61676564"
            + "a57061636b73" + "91c410" + "0102030405060708090a0b0c0d0e0f10", Convert.ToHexStringLower(body));
    }

    [Theory]
    [InlineData("82" + "a6726561736f6e" + "a161" + "a6726561736f6e" + "a162", "the key \"reason\" occurs twice in a record")]
    [InlineData("81" + "a161" + "9191919191919191919191919191919100", "a record nests deeper than 16")]
    [InlineData("81" + "c40161" + "00", "a key is not text")]
    public void A_list_whose_map_no_reader_takes_is_refused(string body, string fault)
    {
        using ScratchRepository repository = new();
        ObjectName name = ObjectName.Random();
        repository.Put(ObjectPath.CondemnedList(name), SmallObject.Encode(new ObjectHeader(ObjectType.Condemned, 0, name), Convert.FromHexString(body)));
        BackshiftException trouble = Assert.Throws<BackshiftException>(() => CondemnedList.TryRead(repository.Directory, name));
        Assert.Equal((ExitCode.DataError, $"condemned list {name}: {fault}"), (trouble.Code, trouble.Message));
    }

    [Fact]
    public void A_list_with_a_value_that_it_cannot_have_is_named()
    {
        using ScratchRepository repository = new();
        new CondemnedList(Now, new string('x', 256), []).Publish(repository.Directory);
        ObjectName name = repository.Directory.ListCondemned().Single();
        BackshiftException trouble = Assert.Throws<BackshiftException>(() => CondemnedList.TryRead(repository.Directory, name));
        Assert.Contains(name.ToString(), trouble.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("stream", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_in_a_condemned_pack_is_stored_again_and_read_from_there_until_then()
    {
        using ScratchRepository repository = new();
        byte[] content = Bytes(1, 20_000);
        Digest digest = Digest.Of(content);
        repository.Store(store => store.Add(digest, content));
        Condemn(repository, Pack(repository));
        using (RepositoryReader reader = repository.Read())
        {
            Assert.Equal(content, reader.Contents.Read(digest).ToArray());
            Assert.False(reader.Contains(digest, content.Length));
        }

        Assert.True(repository.Store(store => store.Add(digest, content)));
        Assert.False(repository.Store(store => store.Add(digest, content)));
        using RepositoryReader again = repository.Read();
        Assert.True(again.Contains(digest, content.Length));
    }

    [Fact]
    public void Nothing_is_made_a_delta_against_what_is_condemned()
    {
        using ScratchRepository repository = new();
        byte[] early = Bytes(1, 20_000), late = [.. early, 1];
        repository.Store(store => store.Add(Digest.Of(early), early));
        Condemn(repository, Pack(repository));
        repository.Store(store => store.Add(Digest.Of(late), late, () => [Digest.Of(early)]));
        repository.Delete(ObjectPath.Pack(Listed(repository)).Path);
        using RepositoryReader reader = repository.Read();
        Assert.Equal(late, reader.Contents.Read(Digest.Of(late)).ToArray());
    }

    [Fact]
    public void A_delta_whose_prefix_is_in_a_condemned_pack_does_not_count_as_stored()
    {
        using ScratchRepository repository = new();
        byte[] early = Bytes(1, 20_000), late = [.. early, 1];
        repository.Store(store => store.Add(Digest.Of(early), early));
        ObjectName first = Pack(repository);
        repository.Store(store => store.Add(Digest.Of(late), late, () => [Digest.Of(early)]));
        Condemn(repository, first);
        using RepositoryReader reader = repository.Read();
        Assert.False(reader.Contains(Digest.Of(late), late.Length));
        Assert.True(repository.Store(store => store.Add(Digest.Of(late), late, () => [Digest.Of(early)])));
    }

    [Fact]
    public void A_reference_into_a_condemned_pack_has_its_chunk_stored_anew_while_it_can_be_read()
    {
        using ScratchRepository repository = new();
        byte[] content = Bytes(1, 20_000), other = Bytes(2, 20_000);
        repository.Store(store => store.Add(Digest.Of(content), content) && store.Add(Digest.Of(other), other));
        ObjectName first = Pack(repository);
        Condemn(repository, first);

        // The second chunk is not what it was.
        repository.Flip(ObjectPath.Pack(first).Path, 30_000);
        repository.Store(store =>
        {
            Assert.False(store.Hold(Digest.Of(content), 19_999));
            Assert.True(store.Hold(Digest.Of(content), 20_000));
            Assert.False(store.Hold(Digest.Of(content), 19_999));
            Assert.False(store.Hold(Digest.Of(other), 20_000));
            Assert.False(store.Hold(Digest.Of("nothing"u8), 7));
            return true;
        });
        repository.Delete(ObjectPath.Pack(first).Path);
        using RepositoryReader reader = repository.Read();
        Assert.Equal(content, reader.Contents.Read(Digest.Of(content)).ToArray());
    }

    [Fact]
    public void A_list_that_cannot_be_read_is_reported_and_the_save_goes_on()
    {
        using ScratchRepository repository = new();
        repository.Put(ObjectPath.CondemnedList(ObjectName.Random()), Bytes(1, 200));
        List<string> said = [];
        Assert.True(repository.Store(store => store.Add(Digest.Of("abc"u8), "abc"u8), trouble => said.Add(trouble.Message)));
        Assert.StartsWith("condemned list ", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_to_a_chunk_of_the_same_stream_has_its_length()
    {
        using ScratchRepository repository = new();
        repository.Store(store =>
        {
            store.Add(Digest.Of("abcd"u8), "abcd"u8);
            Assert.True(store.Contains(Digest.Of("abcd"u8), 4));
            Assert.False(store.Contains(Digest.Of("abcd"u8), 5));
            Assert.False(store.Hold(Digest.Of("abcd"u8), 5));
            return true;
        });
    }

    private static ObjectName Listed(ScratchRepository repository) =>
        CondemnedList.TryRead(repository.Directory, repository.Directory.ListCondemned().Single())!.Packs[0];
}
