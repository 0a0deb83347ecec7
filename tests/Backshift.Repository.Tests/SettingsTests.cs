using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using MessagePack;

namespace Backshift.Repository.Tests;

public sealed class SettingsTests : IDisposable
{
    private static readonly ObjectName Name = ObjectName.Read(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
    private readonly ScratchRepository repository = new();

    public static TheoryData<string> Vectors => RepositoryVector.Of("settings");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        repository.Put(ObjectPath.Settings(Name), vector.File);
        if (vector.IsRefused)
        {
            BackshiftException refused = Assert.Throws<BackshiftException>(() => RepositoryDirectory.Open(repository.Root));
            Assert.Equal(ExitCode.DataError, refused.Code);
            Assert.StartsWith($"{repository.Root}/settings", refused.Message, StringComparison.Ordinal);
            return;
        }

        using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Root);
        foreach (string[] words in vector.Words("says").Where(static words => words[0] == "codec"))
        {
            Assert.Equal(words[1], directory.Config.Codec.ToString());
        }

        if (vector["expect"] == "read-only")
        {
            Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => RepositoryWriter.Open(directory, static e => throw e)).Code);
        }
        else
        {
            RepositoryWriter.Open(directory, static e => throw e).Dispose();
        }
    }

    [Fact]
    public void The_highest_number_counts_and_among_equals_the_highest_name()
    {
        Put(number: 2, "none", name: 1);
        Put(number: 10, "zstd:7", name: 2);
        Put(number: 10, "zstd:9", name: 3);
        Put(number: 9, "lzma", name: 4);
        using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Root);
        Assert.Equal("zstd:9", directory.Config.Codec.ToString());
    }

    [Fact]
    public void Old_settings_that_cannot_be_read_are_a_refusal_too()
    {
        Put(number: 2, "none", name: 1);
        repository.Put(ObjectPath.Settings(Name), new byte[100]);
        Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => RepositoryDirectory.Open(repository.Root)).Code);
    }

    [Fact]
    public void Settings_under_another_name_are_a_refusal()
    {
        repository.Put(ObjectPath.Settings(ObjectName.Random()), RepositoryVector.Load("settings-plain").File);
        Assert.Contains("says that its name is", Assert.Throws<BackshiftException>(() => RepositoryDirectory.Open(repository.Root)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => repository.Dispose();

    private void Put(long number, string codec, ulong name)
    {
        System.Buffers.ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        writer.WriteMapHeader(2);
        writer.Write("number");
        writer.Write(number);
        writer.Write("codec");
        writer.Write(codec);
        writer.Flush();
        ObjectName own = new(name, 0);
        repository.Put(ObjectPath.Settings(own), SmallObject.Encode(new ObjectHeader(ObjectType.Settings, 0, own), body.WrittenSpan));
    }
}
