using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Checking;

namespace Backshift.Repository.Tests;

public sealed class CheckHistoryTests : IDisposable
{
    private static readonly ObjectName Name = ObjectName.Read(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];

    public static TheoryData<string> Vectors => RepositoryVector.Of("checks");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_passed_over_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        repository.Put(ObjectPath.CheckRecord(Name), vector.File);
        CheckHistory read = Read();
        if (vector.IsRefused)
        {
            Assert.Equal(0, read.Number);
            Assert.Empty(read.Checks);
            Assert.StartsWith($"record of checks {repository.Root}/checks/{Name}: ", Assert.Single(said), StringComparison.Ordinal);
            return;
        }

        Assert.Empty(said);
        Assert.Equal(vector.Words("says").Select(static words => string.Join(' ', words)), read.Checks.Select(static check =>
            $"check {check.At.Seconds} {check.Parts} {check.Part} {check.Packs} {check.Bytes} {check.Damage}").Prepend($"number {read.Number}"));
        if (name is "checks-whole")
        {
            byte[] again = read.Encode(Name);
            Assert.Equal(read.Checks, CheckHistory.Parse(SmallObject.Decode(again, ObjectType.CheckRecord, "record", out _), "record").Checks);
        }
    }

    [Fact]
    public void A_check_is_added_to_those_before_and_one_object_is_left()
    {
        for (int i = 1; i <= 1003; i++)
        {
            CheckHistory.Add(repository.Directory, Check(i), static e => throw e);
        }

        CheckHistory read = Read();
        Assert.Equal(1003, read.Number);
        Assert.Equal(Enumerable.Range(4, 1000).Select(Check), read.Checks);
        Assert.Single(repository.Directory.Store.List(ObjectType.CheckRecord));
        Assert.Empty(said);
    }

    [Fact]
    public void What_cannot_be_read_is_told_and_an_older_record_stands_for_it()
    {
        CheckHistory.Add(repository.Directory, Check(1), static e => throw e);
        repository.Put(ObjectPath.CheckRecord(Name), new byte[100]);
        Assert.Equal([Check(1)], Read().Checks);
        Assert.Single(said);
        CheckHistory.Add(repository.Directory, Check(2), e => said.Add(e.Message));
        Assert.Equal([Check(1), Check(2)], Read().Checks);
        Assert.Equal(2, said.Count);
    }

    [Fact]
    public void Of_two_with_one_number_that_with_the_highest_name_counts()
    {
        ObjectName other = ObjectName.Read(Convert.FromHexString("100102030405060708090a0b0c0d0e0f"));
        repository.Put(ObjectPath.CheckRecord(other), new CheckHistory(5, [Check(9)]).Encode(other));
        repository.Put(ObjectPath.CheckRecord(Name), new CheckHistory(5, [Check(8)]).Encode(Name));
        Assert.Equal([Check(9)], Read().Checks);
    }

    public void Dispose() => repository.Dispose();

    private static PastCheck Check(int number) => new(new UnixTime(1_795_424_645 + number, 0), 101, (number % 101) + 1, number, number * 1000L, 0);

    private CheckHistory Read() => CheckHistory.Read(repository.Directory, e => said.Add(e.Message));
}
