using System.Text;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

public sealed class SavesetVectorTests
{
    public static TheoryData<string> Vectors => RepositoryVector.Of("saveset");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        if (vector.IsRefused)
        {
            Assert.Throws<BackshiftException>(() => Read(vector.File));
            return;
        }

        // With all names of packs, which are not kept otherwise where they are many.
        byte[] file = vector.File;
        Saveset saveset = Read(file) with { Packs = Saveset.ReadPacks(Body(file), "saveset") };
        foreach (string[] words in vector.Words("says"))
        {
            Assert.Equal(string.Join(' ', words), Said(saveset, words));
        }
    }

    [Fact]
    public void A_saveset_that_is_written_is_read_back()
    {
        Saveset saveset = Read(RepositoryVector.Load("saveset-everything").File);
        byte[] again = saveset.Encode();
        Saveset read = Read(again);
        Assert.Equal(Body(read.Encode()), Body(again));
        Assert.Equal(saveset.Tags, read.Tags);
        Assert.Equal((saveset.Previous!.Name, saveset.Packs.Count, saveset.Checkpoint), (read.Previous!.Name, read.Packs.Count, read.Checkpoint));
    }

    [Fact]
    public void Roots_are_written_as_the_page_describes_them()
    {
        byte[] file = RepositoryVector.Load("saveset-roots").File;
        Assert.Equal(Roots(file), Roots(Read(file).Encode()));
    }

    /// <summary>The last key of a saveset that has nothing after it.</summary>
    private static byte[] Roots(byte[] file) => Body(file)[Body(file).AsSpan().IndexOf("roots"u8)..];

    private static byte[] Body(byte[] file) => SmallObject.Decode(file, ObjectType.Saveset, "saveset", out _);

    private static Saveset Read(byte[] file)
    {
        Saveset saveset = Saveset.Parse(SmallObject.Decode(file, ObjectType.Saveset, "saveset", out _), "saveset");

        // Whoever reads a place refuses one whose host cannot be there.
        SavesetName.CheckHost(saveset.Host, ExitCode.DataError);
        return saveset;
    }

    private static string Said(Saveset saveset, string[] words) => words[0] switch
    {
        "host" => $"host {saveset.Host}",
        "subset" => $"subset {saveset.Subset}",
        "started" => $"started {saveset.Started.Seconds}.{saveset.Started.Nanoseconds:d9}",
        "save" => $"save {Convert.ToHexStringLower(saveset.Save)}",
        "checkpoint" => $"checkpoint {saveset.Checkpoint}",
        "renamed" => $"renamed {saveset.Renamed!.From} {saveset.Renamed.At.Seconds}",
        "previous" => $"previous {saveset.Previous!.Name} {Convert.ToHexStringLower(saveset.Previous.Sum)}",
        "tag" => saveset.Tags.Any(tag => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(tag)) == words[1]) ? string.Join(' ', words) : "no such tag",
        "packs" =>
            $"packs {saveset.Packs.Count}{string.Concat(saveset.Packs.Names.Chunk(ObjectName.Size).Select(static one => " " + Convert.ToHexStringLower(one)))}",
        "packs-sum" => $"packs-sum {saveset.Packs.Count} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(saveset.Packs.Names))}",
        "packs-list" => $"packs-list {saveset.Packs.List!.List!.Id} {saveset.Packs.List.List.Level}",
        _ => throw new InvalidOperationException(words[0]),
    };
}
