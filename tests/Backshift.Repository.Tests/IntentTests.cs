using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Intents;

namespace Backshift.Repository.Tests;

public sealed class IntentTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    public static TheoryData<string> Vectors => RepositoryVector.Of("intent");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        if (vector.IsRefused)
        {
            BackshiftException refused = Assert.Throws<BackshiftException>(() => Read(vector));
            Assert.Equal(ExitCode.DataError, refused.Code);
            Assert.StartsWith("intent x: ", refused.Message, StringComparison.Ordinal);
            return;
        }

        Intent intent = Read(vector);
        Assert.Equal(vector.Words("says").Select(static words => string.Join(' ', words)).Order(StringComparer.Ordinal),
            Said(intent).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_intent_is_read_as_it_was_written()
    {
        Intent intent = Intent.OfThisProcess(IntentKind.Collect, TimeProvider.System, repository.Directory.Store)
            with { Honours = [ObjectName.Random()], Since = new UnixTime(5, 6) };
        Assert.True(repository.Directory.Store.TryPublish(ObjectPath.Intent(intent.Id, 1), intent.Encode()));
        Intent read = Intent.TryRead(repository.Directory, ObjectPath.Intent(intent.Id, 1), out UnixTime published)!;
        Assert.Equal(Said(intent), Said(read));
        Assert.Equal(intent.Id, read.Id);
        Assert.InRange(published.Seconds, intent.Made.Seconds - 60, intent.Made.Seconds + 60);
        Assert.Null(Intent.TryRead(repository.Directory, ObjectPath.Intent(ObjectName.Random(), 1), out _));
    }

    [Fact]
    public void One_in_the_place_of_another_is_refused()
    {
        Intent intent = Intent.OfThisProcess(IntentKind.Save, TimeProvider.System, repository.Directory.Store);
        ObjectPath other = ObjectPath.Intent(ObjectName.Random(), 1), later = ObjectPath.Intent(intent.Id, 2);
        repository.Put(other, intent.Encode());
        repository.Put(later, intent.Encode());
        Assert.Throws<BackshiftException>(() => Intent.TryRead(repository.Directory, other, out _));
        Assert.Throws<BackshiftException>(() => Intent.TryRead(repository.Directory, later, out _));
    }

    [Fact]
    public void A_writer_announces_itself_for_as_long_as_it_is_open()
    {
        using (RepositoryWriter writer = repository.Write())
        {
            ObjectPath path = Assert.Single(Listed());
            Assert.True(repository.Directory.Store.IsHeld(path));
            Assert.False(writer.Chunks.Intent.MayBeFenced());
        }

        Assert.Empty(Listed());
    }

    [Fact]
    public void Whoever_renews_an_intent_that_was_deleted_takes_himself_for_fenced()
    {
        using OwnIntent own = OwnIntent.Announce(repository.Directory, IntentKind.Save);
        repository.Delete(Assert.Single(Listed()).Path);
        Assert.True(own.MayBeFenced());
        own.Honour([ObjectName.Random()]);
        Assert.Single(Listed());
        Assert.True(own.MayBeFenced());
    }

    [Fact]
    public void A_renewed_intent_has_the_next_number_and_says_since_when()
    {
        using OwnIntent own = OwnIntent.Announce(repository.Directory, IntentKind.Read);
        ObjectPath first = Assert.Single(Listed());
        ObjectName list = ObjectName.Random();
        own.Honour([list]);
        ObjectPath second = Assert.Single(Listed());
        Assert.NotEqual(first, second);
        Intent read = Intent.TryRead(repository.Directory, second, out _)!;
        Assert.Equal(2, read.Number);
        Assert.Equal([list], read.Honours);
        Assert.NotNull(read.Since);
        Assert.False(own.MayBeFenced());
    }

    [Fact]
    public void A_reader_announces_itself_where_it_may_write()
    {
        using RepositoryReader reader = repository.Read();
        using (reader.Announce())
        {
            Assert.Single(Listed());
        }

        Assert.Empty(Listed());
    }

    public void Dispose() => repository.Dispose();

    private ObjectPath[] Listed() => [.. repository.Directory.Store.List(ObjectType.Intent)];

    private static Intent Read(RepositoryVector vector) =>
        Intent.Parse(SmallObject.Decode(vector.File, ObjectType.Intent, "intent x", out _), "intent x");

    private static IEnumerable<string> Said(Intent intent)
    {
        yield return $"number {intent.Number}";
        yield return $"kind {intent.Kind}";
        (string Key, string? Value)[] others =
        [
            ("since", intent.Since?.ToString()), ("host", intent.Host.Length > 0 ? intent.Host : null),
            ("process", intent.Process > 0 ? $"{intent.Process}" : null),
            ("machine", intent.Machine), ("boot", intent.Boot),
        ];
        foreach ((string key, string? value) in others.Where(static one => one.Value is not null))
        {
            yield return $"{key} {value}";
        }

        foreach (ObjectName name in intent.Honours)
        {
            yield return $"honours {name}";
        }
    }
}
