using Backshift.Objects;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;
using Backshift.Tools.Cat;
using Backshift.Tools.List;
using Xunit;

namespace Backshift.Tools.Tests;

/// <summary>
/// Which requests a program makes of a store, in their order and by the names of objects. The repository has more of everything than the program needs: 400
/// directories, files in several packs, another host. A request that comes to be more wants a reason.
/// </summary>
public sealed class RequestsOfProgramsTests : IDisposable
{
    private static readonly string[] ToOpen =
    [
        "open Configuration backshift",
        "list Settings",                    // there are none; a later version may have some that this one must not pass over
    ];

    private static readonly string[] ToFindTheTree =
    [
        .. ToOpen,
        "list Saveset savesets/h",          // of this host alone
        "open Saveset savesets/h/20231114T221320Z",
        "list Tags tags/h",                 // of this host alone: the data of the saveset may be expired
        "list Run",
        "open Run #1",                      // all of it, since it is short
        "open Pack of nodes #2",            // with its directory, which is at its end
    ];

    private static readonly string[] ToListAllSavesets =
    [
        "list Saveset",
        "open Saveset savesets/h/20231114T221320Z",
        "open Saveset savesets/other/20231114T221320Z",
        "list Tags",
    ];

    private readonly SavedTree tree = new(block: 65536);
    private readonly List<string> said = [];

    public RequestsOfProgramsTests()
    {
        for (int directory = 0; directory < 400; directory++)
        {
            tree.Directory($"d{directory:000}").File($"d{directory:000}/file", [Noise(directory)]).File($"d{directory:000}/other", "other");
        }

        tree.Save().Save(host: "other");
    }

    [Fact]
    public void Bs_cat_of_one_file_makes_twelve() => AssertRequests(
        [
            .. ToFindTheTree,
            "read Pack of nodes #2",        // the root of the tree
            "read Pack of nodes #2",        // the leaf that has the file
            "open Pack of contents #3",     // of several: with its directory, which is at its end
            "read Pack of contents #3",     // the block that has the file
        ],
        (reader, output) => Assert.Equal(ExitCode.Done,
            new FileContents(reader, reader.FindWithData("h@latest"), output, said.Add).Run([BytePath.Of("d200/file")], CancellationToken.None)));

    [Fact]
    public void Bs_ls_of_one_directory_makes_ten_and_reads_nothing_of_contents() => AssertRequests(
        [
            .. ToFindTheTree,
            "read Pack of nodes #2",        // the root of the tree
            "read Pack of nodes #2",        // the leaf that has the directory: its neighbours are not read
        ],
        (reader, output) => Assert.Equal(ExitCode.Done,
            new SavesetListing(reader, reader.Find("h@latest"), output, new ListOptions(), said.Add)
                .Entries(new PathSelection([BytePath.Of("d200")]), CancellationToken.None)));

    [Fact]
    public void Bs_ls_opens_each_saveset_once_and_reads_no_index_and_no_pack() => AssertRequests(
        [.. ToOpen, .. ToListAllSavesets],
        (reader, _) => Assert.Equal(2, reader.Savesets(new SavesetFilter()).Count));

    // The lists that ExpireRun takes; it decides by them alone, and asks for nothing more.
    [Fact]
    public void A_dry_run_of_bs_expire_asks_for_what_bs_ls_asks_for_and_publishes_nothing() => AssertRequests(
        [.. ToOpen, .. ToListAllSavesets],
        static (reader, _) =>
        {
            List<Saveset> superseded = [];
            List<Saveset> savesets = SavesetCatalog.List(reader.Directory, static e => throw e, superseded);
            UnixTime now = UnixTime.Now(TimeProvider.System);
            Assert.Equal(2, savesets.GroupBy(static saveset => saveset.Owner, StringComparer.Ordinal)
                .Sum(owned => ExpiryPlan.Decide([.. owned], new ExpiryRules { Last = 1 }, now, TimeZoneInfo.Utc).Count));
        });

    public void Dispose() => tree.Dispose();

    private static byte[] Noise(int seed)
    {
        byte[] bytes = new byte[10_000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private void AssertRequests(string[] expected, Action<RepositoryReader, OutputBuffer> program)
    {
        using RecordingStore store = new(DirectoryStore.Open(tree.Root));
        using RepositoryReader reader = RepositoryReader.Open(RepositoryDirectory.Open(store), static e => throw e);
        using MemoryStream stream = new();
        program(reader, new OutputBuffer(stream));
        List<BytePath> named = [];
        string[] made = [.. store.Calls.Select(call => Show(call, named))];
        Assert.True(expected.SequenceEqual(made), $"there were:\n{string.Join('\n', made)}");
        Assert.Empty(said);
    }

    private string Show(StoreCall call, List<BytePath> named)
    {
        if (call.Type is not (ObjectType.Pack or ObjectType.Run) || call.Path.IsEmpty)
        {
            return $"{call} {call.Path}".TrimEnd();
        }

        // Their names are random.
        int number = named.IndexOf(call.Path);
        if (number < 0)
        {
            number = named.Count;
            named.Add(call.Path);
        }

        string of = call.Type == ObjectType.Run ? "" : IsOfNodes(call.Path) ? " of nodes" : " of contents";
        return $"{call}{of} #{number + 1}";
    }

    private bool IsOfNodes(BytePath pack) => (File.ReadAllBytes(tree.Root.Join(pack).ToString())[11] & 1) != 0;
}
