using System.Globalization;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Condemning;

namespace Backshift.Repository.Tests;

public sealed class MovedVectorTests
{
    public static TheoryData<string> Vectors => RepositoryVector.Of("moved");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        using ScratchRepository repository = new();
        ObjectName own = ObjectName.Read(Convert.FromHexString(vector["name"]));
        repository.Put(ObjectPath.Moved(own), vector.File);
        List<BackshiftException> damaged = [];
        MovedPacks moved = MovedPacks.Read(repository.Directory, damaged.Add);
        if (vector.IsRefused)
        {
            Assert.StartsWith($"record of moved packs {own}: ", Assert.Single(damaged).Message, StringComparison.Ordinal);
            Assert.Empty(moved.Records);
            return;
        }

        Assert.Empty(damaged);
        Assert.Equal([own], moved.Records);
        foreach (string[] words in vector.Words("says").Where(static words => words[0] != "made"))
        {
            Assert.Equal(string.Join(' ', words), Said(moved, words));
        }

        int named = vector.Words("says").Count(static words => words[0] is "moved" or "moved-sum");
        Assert.Equal(vector.Words("says").Where(static words => words[0] == "moved-count")
            .Select(static words => int.Parse(words[1], CultureInfo.InvariantCulture)).SingleOrDefault(named), moved.Count);
    }

    private static string Said(MovedPacks moved, string[] words)
    {
        if (words[0] == "moved-count")
        {
            return $"moved-count {moved.Count}";
        }

        ObjectName pack = ObjectName.Read(Convert.FromHexString(words[1]));
        ObjectName[] targets = [.. moved.TargetsOf(pack).Order()];
        byte[] names = [.. targets.SelectMany(static target => Convert.FromHexString(target.ToString()))];
        return words[0] == "moved-sum" ? $"moved-sum {pack} {targets.Length} {Convert.ToHexStringLower(SHA256.HashData(names))}"
            : string.Join(' ', ["moved", pack.ToString(), .. targets.Select(static target => target.ToString())]);
    }
}
