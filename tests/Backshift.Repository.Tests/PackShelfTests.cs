using Backshift.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Tests;

public sealed class PackShelfTests : IDisposable
{
    private readonly IndexedRepository index = new();

    [Fact]
    public void Packs_that_are_gone_close_no_others_and_are_found_when_they_are_back()
    {
        index.Save(1);
        PackShelf shelf = new(index.Repository.Directory, index.Say);
        ObjectName name = index.Repository.Directory.ListPacks().First();
        OpenPack pack = shelf.TryOpen(name)!;
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(shelf.TryOpen(ObjectName.Random()));
        }

        Assert.Same(pack, shelf.TryOpen(name));
        Assert.Empty(index.Said);
        string path = index.Repository.At(ObjectPath.Pack(name));
        ObjectName copy = new(name.High ^ 1, name.Low);
        Assert.Null(shelf.TryOpen(copy));
        File.Copy(path, index.Repository.At(ObjectPath.Pack(copy)));
        Assert.Null(shelf.TryOpen(copy));
        Assert.Contains(index.Said, message => message.Contains("its name is", StringComparison.Ordinal));
        shelf.Dispose();
    }

    public void Dispose() => index.Dispose();
}
