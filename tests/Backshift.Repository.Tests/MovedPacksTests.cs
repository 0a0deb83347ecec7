using System.Globalization;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Condemning;

namespace Backshift.Repository.Tests;

public sealed class MovedPacksTests : IDisposable
{
    private readonly ScratchRepository scratch = new();
    private readonly List<BackshiftException> damaged = [];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("moved-plain")]
    [InlineData("moved-several")]
    public void A_record_is_written_as_the_page_describes_it(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        long made = long.Parse(vector.Words("says").Single(static words => words[0] == "made")[1], CultureInfo.InvariantCulture);
        MovedPacks moved = new();
        foreach ((ObjectName pack, ObjectName[] targets) in MovedPacks.Parse(Body(vector.File), "record"))
        {
            moved.Add(pack, targets);
        }

        moved.Publish(scratch.Directory, new Clock(made));
        Assert.Equal(Body(vector.File), Body(scratch.Get(Assert.Single(Records()).Path)));
    }

    [Fact]
    public void What_is_published_is_read_back()
    {
        MovedPacks moved = new();
        moved.Add(Name(1), [Name(2), Name(3)]);
        moved.Add(Name(4), []);
        moved.Add(Name(1), [Name(5), Name(2)]);
        Publish(moved);
        MovedPacks read = Read();
        Assert.Empty(damaged);
        Assert.Equal((true, 2), (read.IsWhole, read.Count));
        Assert.Equal(Records().Select(static path => path.Name), read.Records);
        Assert.Equal([Name(2), Name(3), Name(5)], read.TargetsOf(Name(1)).Order());

        // It is known of this one that nothing of it is needed.
        Assert.True(read.Knows(Name(4)));
        Assert.Empty(read.TargetsOf(Name(4)));
        Assert.False(read.Knows(Name(2)));
        Assert.Empty(read.TargetsOf(Name(2)));
    }

    [Fact]
    public void Where_there_is_nothing_to_be_said_no_record_is_made()
    {
        Publish(new MovedPacks());
        Assert.Empty(Records());
    }

    [Fact]
    public void What_records_say_of_one_pack_adds_up()
    {
        for (ulong i = 10; i < 13; i++)
        {
            MovedPacks moved = new();
            moved.Add(Name(1), [Name(2), Name(i)]);
            Publish(moved);
        }

        MovedPacks read = Read();
        Assert.Empty(damaged);
        Assert.Equal((1, 3), (read.Count, read.Records.Count));
        Assert.Equal([Name(2), Name(10), Name(11), Name(12)], read.TargetsOf(Name(1)).Order());
    }

    [Theory]
    [InlineData(MovedPacks.PackLimit, 1)]
    [InlineData(MovedPacks.PackLimit + 1, 2)]
    public void More_packs_than_a_record_may_name_stand_in_several(int packs, int records)
    {
        MovedPacks moved = new();
        for (int i = 0; i < packs; i++)
        {
            moved.Add(Name((ulong)i), [Name((ulong)i + 1)]);
        }

        Publish(moved);
        Assert.Equal(records, Records().Length);
        AssertReads(moved, Enumerable.Range(0, packs).Select(static i => Name((ulong)i)));
    }

    [Fact]
    public void More_names_than_fit_a_record_stand_in_several()
    {
        // Each has as many as one entry may have, 1 MiB, and together they are more than the 16 MiB of a small object.
        MovedPacks moved = new();
        ObjectName[] targets = Targets(MovedPacks.TargetBytes / ObjectName.Size);
        for (ulong i = 0; i < 18; i++)
        {
            moved.Add(Name(i), targets);
        }

        Publish(moved);
        Assert.InRange(Records().Length, 2, 3);
        AssertReads(moved, Enumerable.Range(0, 18).Select(static i => Name((ulong)i)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public void More_targets_than_an_entry_may_name_stand_in_several(int more, int entries)
    {
        MovedPacks moved = new();
        ObjectName[] targets = Targets((MovedPacks.TargetBytes / ObjectName.Size) + more);
        moved.Add(Name(1), targets);
        Publish(moved);
        List<(ObjectName Pack, ObjectName[] Targets)> parsed = MovedPacks.Parse(Body(scratch.Get(Assert.Single(Records()).Path)), "record");
        Assert.Equal(Enumerable.Repeat(Name(1), entries), parsed.Select(static entry => entry.Pack));
        Assert.Equal(targets, parsed.SelectMany(static entry => entry.Targets));
        AssertReads(moved, [Name(1)]);
    }

    [Fact]
    public void Packs_are_followed_through_all_moves()
    {
        MovedPacks moved = new();
        moved.Add(Name(1), [Name(2)]);
        moved.Add(Name(2), [Name(3), Name(4)]);
        moved.Add(Name(4), [Name(5)]);
        moved.Add(Name(6), [Name(7)]);
        HashSet<ObjectName> packs = [Name(1), Name(9)];
        moved.Follow(packs);
        Assert.Equal([Name(1), Name(2), Name(3), Name(4), Name(5), Name(9)], packs.Order());
    }

    [Fact]
    public void Moves_in_a_circle_are_followed_once()
    {
        MovedPacks moved = new();
        moved.Add(Name(1), [Name(1), Name(2)]);
        moved.Add(Name(2), [Name(3)]);
        moved.Add(Name(3), [Name(1), Name(4)]);
        HashSet<ObjectName> packs = [Name(2)];
        moved.Follow(packs);
        Assert.Equal([Name(1), Name(2), Name(3), Name(4)], packs.Order());
    }

    [Fact]
    public void What_is_said_of_other_packs_is_left_out()
    {
        MovedPacks moved = new();
        moved.Add(Name(1), [Name(2)]);
        moved.Add(Name(3), [Name(4)]);
        MovedPacks some = moved.Of(new HashSet<ObjectName> { Name(1), Name(4) });
        Assert.Equal(1, some.Count);
        Assert.Equal([Name(2)], some.TargetsOf(Name(1)));
    }

    [Fact]
    public void A_record_that_cannot_be_read_is_warned_about_and_the_others_count()
    {
        (ObjectPath spoilt, _) = (PublishOne(1, 2), PublishOne(3, 4));
        scratch.Spoil(spoilt.Path);
        MovedPacks read = Read();
        BackshiftException trouble = Assert.Single(damaged);
        Assert.Equal(ExitCode.DataError, trouble.Code);
        Assert.Contains($"record of moved packs {spoilt.Name}", trouble.Message, StringComparison.Ordinal);
        Assert.NotNull(trouble.Hint);
        Assert.Equal((false, 1), (read.IsWhole, read.Count));
        Assert.Equal([Name(4)], read.TargetsOf(Name(3)));
        Assert.False(read.Knows(Name(1)));
        Assert.DoesNotContain(spoilt.Name, read.Records);
    }

    [Fact]
    public void A_record_in_the_place_of_another_is_not_believed()
    {
        (ObjectPath first, ObjectPath second) = (PublishOne(1, 2), PublishOne(3, 4));
        scratch.Put(first, scratch.Get(second.Path));
        MovedPacks read = Read();
        Assert.Contains($"record of moved packs {first.Name}", Assert.Single(damaged).Message, StringComparison.Ordinal);
        Assert.False(read.IsWhole);
        Assert.Equal([second.Name], read.Records);
        Assert.False(read.Knows(Name(1)));
        Assert.Equal([Name(4)], read.TargetsOf(Name(3)));
    }

    private static ObjectName Name(ulong number) => new(1, number);

    private static ObjectName[] Targets(int count) => [.. Enumerable.Range(0, count).Select(static i => new ObjectName(2, (ulong)i))];

    private static byte[] Body(byte[] file) => SmallObject.Decode(file, ObjectType.Moved, "record", out _);

    private ObjectPath[] Records() => [.. scratch.Directory.Store.List(ObjectType.Moved)];

    private MovedPacks Read() => MovedPacks.Read(scratch.Directory, damaged.Add);

    private void Publish(MovedPacks moved) => moved.Publish(scratch.Directory, TimeProvider.System);

    private ObjectPath PublishOne(ulong pack, ulong target)
    {
        ObjectPath[] before = Records();
        MovedPacks moved = new();
        moved.Add(Name(pack), [Name(target)]);
        Publish(moved);
        return Records().Except(before).Single();
    }

    private void AssertReads(MovedPacks written, IEnumerable<ObjectName> packs)
    {
        MovedPacks read = Read();
        Assert.Empty(damaged);
        Assert.Equal(written.Count, read.Count);
        foreach (ObjectName pack in packs)
        {
            Assert.True(read.TargetsOf(pack).Order().SequenceEqual(written.TargetsOf(pack).Order()), $"pack {pack}");
        }
    }

    private sealed class Clock(long seconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(seconds);
    }
}
