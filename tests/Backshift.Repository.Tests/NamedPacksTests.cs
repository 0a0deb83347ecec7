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
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => BitConverter.GetBytes(i))];
        foreach (byte[] chunk in chunks)
        {
            repository.Store(store => store.Add(repository.Directory.Config.Naming.Of(chunk), chunk));
        }

        using (RepositoryWriter writer = repository.Write())
        {
            using SavesetWriter recorder = new(repository.Directory, writer.Chunks);
            recorder.StartEntry(new EntryRecord { Path = BytePath.Of("f"), Type = EntryType.File });
            foreach (byte[] chunk in chunks)
            {
                recorder.StoreChunk(repository.Directory.Config.Naming.Of(chunk), chunk);
            }

            recorder.Publish(new Saveset { Host = "h", Started = new UnixTime(1_795_424_645, 0), Program = "test", Complete = true }, TimeProvider.System);
        }

        Saveset listed = Assert.Single(SavesetCatalog.List(repository.Directory, static e => throw e));
        Assert.Equal((true, 0), (listed.Packs.IsLong, listed.Packs.Names.Length));
        ObjectName[] names = [.. NamedPacks.Of(repository.Directory, listed, reader: null)];
        Assert.Equal(repository.Directory.ListPacks().Order(), names);

        // Also when it has been expired since.
        Assert.True(new Expiry(repository.Directory, TimeProvider.System, static e => throw e).Expire(listed));
        Assert.Equal(names, NamedPacks.Of(repository.Directory, listed, reader: null));
        Assert.Equal(names, NamedPacks.Of(repository.Directory, Assert.Single(SavesetCatalog.ListExpired(repository.Directory, static e => throw e)), null));
    }
}
