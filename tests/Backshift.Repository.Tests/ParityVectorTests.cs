using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Parity;

namespace Backshift.Repository.Tests;

public sealed class ParityVectorTests : IDisposable
{
    private static readonly ObjectName Name = ObjectName.Read(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
    private readonly ScratchRepository repository = new();

    public static TheoryData<string> Vectors => RepositoryVector.Of("parity");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_heals_or_is_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        repository.Put(ObjectPath.Parity(Name), vector.File);
        if (vector.IsRefused)
        {
            Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => ParityReader.TryOpen(repository.Directory.Store, Name)).Code);
            return;
        }

        byte[] pack = RepositoryVector.Bytes(vector["pack"]);
        byte[] damaged = [.. pack];
        foreach (string row in vector["lost"].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            damaged[RepositoryVector.Number(row) * ParityShape.Row] ^= 1;
        }

        repository.Put(ObjectPath.Pack(Name), damaged);
        using IStoredObject stored = repository.Directory.Store.TryOpen(ObjectPath.Pack(Name), ObjectEnd.Head, [], out _)!;
        using HealedPack healed = HealedPack.TryOpen(repository.Directory.Store, Name, stored)!;
        byte[] read = new byte[pack.Length + 1];
        Assert.Equal(pack.Length, healed.ReadAt(read, 0));
        Assert.Equal(pack, read[..^1]);
    }

    [Theory]
    [InlineData("parity-plain")]
    [InlineData("parity-one-byte")]
    [InlineData("parity-rows")]
    [InlineData("parity-hundred-percent")]
    public void The_same_is_written(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        repository.Put(ObjectPath.Pack(Name), RepositoryVector.Bytes(vector["pack"]));
        using IStoredObject stored = repository.Directory.Store.TryOpen(ObjectPath.Pack(Name), ObjectEnd.Head, [], out _)!;
        new ParityWriter(stored, Name, RepositoryVector.Number(vector["percent"])).Publish(repository.Directory.Store, CancellationToken.None);
        Assert.Equal(vector.File, File.ReadAllBytes(repository.At(ObjectPath.Parity(Name))));
    }

    public void Dispose() => repository.Dispose();
}
