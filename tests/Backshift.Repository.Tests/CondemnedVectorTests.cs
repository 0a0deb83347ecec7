using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Condemning;

namespace Backshift.Repository.Tests;

public sealed class CondemnedVectorTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    public static TheoryData<string> Vectors => RepositoryVector.Of("condemned");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        ObjectName own = ObjectName.Read(Convert.FromHexString(vector["name"]));
        repository.Put(ObjectPath.CondemnedList(own), vector.File);
        if (vector.IsRefused)
        {
            BackshiftException refused = Assert.Throws<BackshiftException>(() => CondemnedList.TryRead(repository.Directory, own));
            Assert.Equal(ExitCode.DataError, refused.Code);
            Assert.StartsWith($"condemned list {own}: ", refused.Message, StringComparison.Ordinal);
            return;
        }

        CondemnedList list = CondemnedList.TryRead(repository.Directory, own)!;
        string[] said = [$"reason {list.Reason}", string.Join(' ', ["packs", .. list.Packs.Select(static pack => pack.ToString())])];
        Assert.Equal(vector.Words("says").Select(static words => string.Join(' ', words)), said);
    }

    [Fact]
    public void A_list_that_cannot_be_read_is_reported_once_and_the_others_count()
    {
        repository.Put(ObjectPath.CondemnedList(ObjectName.Read(Convert.FromHexString(RepositoryVector.Load("condemned-twice")["name"]))),
            RepositoryVector.Load("condemned-twice").File);
        ObjectName condemned = ObjectName.Random();
        new CondemnedList(default, CondemnedList.Damaged, [condemned]).Publish(repository.Directory);
        List<BackshiftException> damaged = [];
        Assert.True(CondemnedPacks.Read(repository.Directory, damaged.Add).Contains(condemned));
        Assert.Contains("condemned list", Assert.Single(damaged).Message, StringComparison.Ordinal);
    }

    public void Dispose() => repository.Dispose();
}
