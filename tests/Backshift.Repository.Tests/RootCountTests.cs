using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Saving;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>The roots of a saveset count what is stored, so that --guard compares like with like.</summary>
public sealed class RootCountTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];

    [Fact]
    public void Entries_that_are_left_out_are_not_counted_and_sizes_are_those_that_were_stored()
    {
        using RepositoryWriter writer = repository.Write();
        using SavesetSink sink =
            writer.Record(new SavesetOptions("h", null, new UnixTime(1_795_424_645, 0), Deltas: false, "test 1"), said.Add, TimeProvider.System);
        sink.Begin(new BeginRecord { Roots = [BytePath.Of("a"), BytePath.Of("b")] });
        sink.StartEntry(Entry("a", EntryType.Directory));
        sink.StartEntry(Entry("a/dropped", EntryType.File, 1000));
        sink.DropEntry();
        Assert.False(sink.StartEntry(new EntryRecord { Path = BytePath.Of("a/refused"), Type = EntryType.SymbolicLink, Target = [] }));
        sink.StartEntry(Entry("a/shrank", EntryType.File, 1000));
        sink.StoreChunk(Digest.Of("abc"u8), "abc"u8);
        sink.StartEntry(Entry("b", EntryType.File));
        sink.StoreChunk(Digest.Of("defgh"u8), "defgh"u8);
        sink.CompareRoots(guard: true);
        Assert.Equal([new SavedRoot(BytePath.Of("a"), 2, 3), new SavedRoot(BytePath.Of("b"), 1, 5)], sink.PublishComplete().Roots);
    }

    public void Dispose() => repository.Dispose();

    private static EntryRecord Entry(string path, EntryType type, long? size = null) => new() { Path = BytePath.Of(path), Type = type, Size = size };
}
