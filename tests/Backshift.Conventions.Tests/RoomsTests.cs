using System.Text.RegularExpressions;

namespace Backshift.Conventions.Tests;

/// <summary>The rooms of Backshift.Repository: who may use whom, and that none of them touches a file.</summary>
public sealed partial class RoomsTests
{
    private const string Library = "lib/Backshift.Repository";

    /// <summary>What a repository is made of. Each uses only those to its left.</summary>
    private static readonly string[] Things =
        ["Codecs", "Workers", "Configuration", "Parity", "Packs", "Indexes", "Condemning", "Intents", "Chunks", "Trees", "Links", "Savesets", "Findings"];

    /// <summary>What is done with it. Each uses things, the reader, and Marking.</summary>
    private static readonly string[] Deeds =
        ["Marking", "Reading", "Saving", "Checking", "Copying", "Expiring", "Renaming", "Collecting", "Judging", "Protecting",
         "Repairing", "Searching", "Measuring"];

    /// <summary>The doors at the top: the reader stands on things alone, the writer on everything; no room uses the writer.</summary>
    private static readonly string[] Doors = ["RepositoryReader", "RepositoryWriter"];

    /// <summary>What a room would need for a file.</summary>
    private static readonly string[] Files =
        ["UnixFile", "HeldDirectory", "DurableFile", "DirectoryReader", "FileStatus", "FileNames", "LongPath", "UnixException", "Errno", "File", "FileStream"];

    public static TheoryData<string> Rooms => [.. SourceTree.Folders(Library).Where(static room => SourceTree.Files($"{Library}/{room}", ".cs").Any())];

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_is_a_thing_or_a_deed_and_its_files_are_in_its_namespace(string room)
    {
        Assert.True(Things.Contains(room) || Deeds.Contains(room), $"{room} is new: say here where it stands");
        foreach (string file in SourceTree.Files($"{Library}/{room}", ".cs"))
        {
            Assert.Matches($"(?m)^namespace Backshift\\.Repository\\.{room};$", SourceTree.Read(file));
        }
    }

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_uses_only_those_that_it_may(string room)
    {
        string[] allowed = [room, .. Things.TakeWhile(thing => thing != room), .. Things.Contains(room) ? (string[])[] : ["Marking"]];
        foreach (string file in SourceTree.Files($"{Library}/{room}", ".cs"))
        {
            string code = Code(file);
            Assert.Empty(UsedIn(code).Except(allowed).Select(used => $"{file} uses {used}"));
            Assert.False(Mentions(code, "RepositoryWriter"), $"{file} uses RepositoryWriter");
            Assert.False(Things.Contains(room) && Mentions(code, "RepositoryReader"), $"{file} uses RepositoryReader");
        }
    }

    [Fact]
    public void Only_doors_stand_outside_of_the_rooms_and_the_reader_uses_no_deed()
    {
        string[] outside = [.. SourceTree.Files(Library, ".cs").Where(static file => Path.GetDirectoryName(file) == Library)];
        Assert.All(outside, file => Assert.Contains(Path.GetFileName(file).Split('.')[0], Doors));
        foreach (string file in outside.Where(static file => Path.GetFileName(file).StartsWith("RepositoryReader.", StringComparison.Ordinal)))
        {
            Assert.Empty(UsedIn(Code(file)).Except(Things).Select(used => $"{file} uses {used}"));
        }
    }

    [Theory]
    [InlineData("using Backshift.Repository.Chunks;\n", "Chunks")]
    [InlineData("    Repository.Trees.Node node;\n", "Trees")]
    [InlineData("    Chunks.ChunkReader reader = new();\n", "Chunks")]
    [InlineData("    foreach (ObjectName pack in Packs.Order())\n", null)]
    public void A_use_is_found(string code, string? room) => Assert.Equal(room is null ? [] : [room], UsedIn(code));

    /// <summary>The compiler refuses these, by the project's BannedSymbols.txt; this is that nobody takes a name out of there.</summary>
    [Fact]
    public void No_room_opens_lists_or_names_a_file()
    {
        string[] banned = [.. File.ReadLines(SourceTree.At($"{Library}/BannedSymbols.txt")).Select(static line => Symbol().Match(line).Groups[1].Value)];
        Assert.Empty(Files.Except(banned));
        foreach (string project in (string[])[$"{Library}/Backshift.Repository.csproj", "tools/Backshift.Tools.csproj"])
        {
            Assert.Contains("<AdditionalFiles Include=\"BannedSymbols.txt\" />", SourceTree.Read(project), StringComparison.Ordinal);
        }

        foreach (string file in SourceTree.Files(Library, ".cs"))
        {
            string code = SourceTree.Read(file);
            Assert.DoesNotMatch(@"RS0030", code);
            Assert.Empty(banned.Where(name => name.Length > 4 && Mentions(Code(file), name)).Select(name => $"{file} names {name}"));
        }
    }

    private static string[] UsedIn(string code)
    {
        IEnumerable<string> named = Use().Matches(code).Select(static match => match.Groups[1].Value);
        IEnumerable<string> half = Things.Concat(Deeds).Where(room => TypesOf(room).Any(type => Mentions(code, $"{room}.{type}")));
        return [.. named.Concat(half).Distinct()];
    }

    private static IEnumerable<string> TypesOf(string room) =>
        SourceTree.Files($"{Library}/{room}", ".cs").Select(static file => Path.GetFileName(file).Split('.')[0]).Distinct();

    private static bool Mentions(string code, string name) => Regex.IsMatch(code, $@"(?<![\w.""]){Regex.Escape(name)}\b");

    private static string Code(string file) => Comment().Replace(SourceTree.Read(file), "");

    [GeneratedRegex(@"\bRepository\.([A-Z]\w*)(?=[;.])")]
    private static partial Regex Use();

    [GeneratedRegex(@"^\s*//.*$|^namespace .*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^T:[\w.]*\.(\w+);")]
    private static partial Regex Symbol();
}
