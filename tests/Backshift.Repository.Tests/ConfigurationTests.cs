using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Tests;

public sealed class ConfigurationTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    public static TheoryData<string> Vectors => RepositoryVector.Of("config");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        File.WriteAllBytes(repository.Root.Join("backshift").ToString(), vector.File);
        if (vector.IsRefused)
        {
            BackshiftException refused = Assert.Throws<BackshiftException>(() => RepositoryDirectory.Open(repository.Root));
            Assert.Equal(ExitCode.DataError, refused.Code);
            Assert.StartsWith($"{repository.Root}/backshift: ", refused.Message, StringComparison.Ordinal);
            return;
        }

        using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Root);
        if (vector["expect"] == "read-only")
        {
            BackshiftException refused = Assert.Throws<BackshiftException>(() => RepositoryWriter.Open(directory, static e => throw e));
            Assert.Equal(ExitCode.DataError, refused.Code);
            Assert.Contains(repository.Root.ToString(), refused.Message, StringComparison.Ordinal);
            using RepositoryReader reader = RepositoryReader.Open(repository.Root, static e => throw e);
            Assert.Null(reader.Announce());
        }
        else
        {
            RepositoryWriter.Open(directory, static e => throw e).Dispose();
        }
    }

    [Fact]
    public void What_a_new_repository_is_made_with_is_read_back()
    {
        using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Root);
        RepositoryConfig read = directory.Config;
        Assert.Equal(repository.Directory.Config.Encode(), read.Encode());
        Assert.Null(read.WriteRefusal);
    }

    [Fact]
    public void A_configuration_is_written_as_the_page_describes_it()
    {
        RepositoryVector vector = RepositoryVector.Load("config-plain");
        File.WriteAllBytes(repository.Root.Join("backshift").ToString(), vector.File);
        using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Root);
        byte[] written = directory.Config.Encode();
        Assert.Equal(vector.File, written[..vector.File.Length]);
        Assert.Equal(vector.File, written[^vector.File.Length..]);
    }

    [Fact]
    public void A_directory_that_is_no_repository_is_said_to_be_none()
    {
        Assert.Equal(ExitCode.NoInput, Assert.Throws<BackshiftException>(() => RepositoryDirectory.Open(BytePath.Of("/usr"))).Code);
        Assert.Equal(ExitCode.NoInput, Assert.Throws<BackshiftException>(() => RepositoryDirectory.Open(BytePath.Of("/usr/none"))).Code);
        Assert.Equal(ExitCode.NoInput, Assert.Throws<BackshiftException>(() => RepositoryDirectory.Open(BytePath.Of("/etc/passwd"))).Code);
    }

    public void Dispose() => repository.Dispose();
}
