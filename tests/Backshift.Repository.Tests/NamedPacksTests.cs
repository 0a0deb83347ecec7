using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

public sealed class NamedPacksTests
{
    [Fact]
    public void In_an_encrypted_repository_many_names_stand_in_the_saveset_and_are_not_kept_in_memory()
    {
        using ScratchRepository repository = new(isSealed: true);
        SaveWithPacks(repository, 300);
        Saveset listed = Assert.Single(SavesetCatalog.List(repository.Directory, static e => throw e));
        Assert.Equal((true, 0), (listed.Packs.IsLong, listed.Packs.Names.Length));
        Assert.Null(listed.Packs.List);
        ObjectName[] names = [.. NamedPacks.Of(repository.Directory, listed, reader: null)];
        Assert.Equal(listed.Packs.Count, names.Length);
        Assert.Equal(repository.Directory.ListPacks().Order(), names);

        // Also when it has been expired since.
        Assert.True(new Expiry(repository.Directory, TimeProvider.System, static e => throw e).Expire(listed));
        Assert.Equal(names, NamedPacks.Of(repository.Directory, listed, reader: null));
        Saveset expired = Assert.Single(SavesetCatalog.ListExpired(repository.Directory, static e => throw e));
        Assert.Equal(names, NamedPacks.Of(repository.Directory, expired, reader: null));

        // Once it is deleted nothing knows them any more, and that is not the same as none.
        expired.Delete(repository.Directory);
        foreach (Saveset gone in (Saveset[])[listed, expired])
        {
            Assert.Equal(ExitCode.NoInput, Assert.Throws<BackshiftException>(() => NamedPacks.Of(repository.Directory, gone, reader: null).ToArray()).Code);
        }
    }

    [Fact]
    public void In_a_plain_repository_many_names_stand_in_chunks()
    {
        using ScratchRepository repository = new();
        ObjectName[] contents = SaveWithPacks(repository, 300);
        Saveset listed = Assert.Single(SavesetCatalog.List(repository.Directory, static e => throw e));
        Assert.Equal((false, 0), (listed.Packs.IsLong, listed.Packs.Names.Length));
        Assert.NotNull(listed.Packs.List);
        using RepositoryReader reader = repository.Read(static e => throw e);
        ObjectName[] names = [.. NamedPacks.Of(repository.Directory, listed, reader.Contents)];
        Assert.Equal(listed.Packs.Count, names.Length);
        Assert.Equal(names.Order(), names);
        Assert.Empty(contents.Except(names));
        Assert.Empty(names.Except(repository.Directory.ListPacks()));
        Assert.Equal(ExitCode.DataError,
            Assert.Throws<BackshiftException>(() => NamedPacks.Of(repository.Directory, listed, reader: null).ToArray()).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Few_names_stand_in_the_saveset_and_are_kept(bool isSealed)
    {
        using ScratchRepository repository = new(isSealed: isSealed);
        SaveWithPacks(repository, 3);
        Saveset listed = Assert.Single(SavesetCatalog.List(repository.Directory, static e => throw e));
        Assert.Equal((false, listed.Packs.Count * ObjectName.Size), (listed.Packs.IsLong, listed.Packs.Names.Length));
        Assert.Equal(repository.Directory.ListPacks().Order(), NamedPacks.Of(repository.Directory, listed, reader: null));
    }

    [Theory]
    [InlineData("saveset-packs-256", false)]
    [InlineData("saveset-packs-257", true)]
    public void Names_of_more_than_256_packs_are_not_kept(string name, bool isLong)
    {
        byte[] body = SmallObject.Decode(RepositoryVector.Load(name).File, ObjectType.Saveset, "saveset", out _);
        NeededPacks packs = Saveset.Parse(body, "saveset").Packs;
        Assert.Equal((isLong, isLong ? 0 : 4096), (packs.IsLong, packs.Names.Length));
    }

    /// <summary>Saves a file whose chunks are in packs of their own.</summary>
    /// <returns>These packs.</returns>
    private static ObjectName[] SaveWithPacks(ScratchRepository repository, int count)
    {
        byte[][] chunks = [.. Enumerable.Range(0, count).Select(static i => BitConverter.GetBytes(i))];
        foreach (byte[] chunk in chunks)
        {
            repository.Store(store => store.Add(repository.Directory.Config.Naming.Of(chunk), chunk));
        }

        ObjectName[] packs = [.. repository.Directory.ListPacks()];
        Assert.Equal(count, packs.Length);
        using RepositoryWriter writer = repository.Write();
        using SavesetWriter recorder = new(repository.Directory, writer.Chunks);
        recorder.StartEntry(new EntryRecord { Path = BytePath.Of("f"), Type = EntryType.File });
        foreach (byte[] chunk in chunks)
        {
            recorder.StoreChunk(repository.Directory.Config.Naming.Of(chunk), chunk);
        }

        recorder.Publish(new Saveset { Host = "h", Started = new UnixTime(1_795_424_645, 0), Program = "test", Complete = true }, TimeProvider.System);
        return packs;
    }
}
