using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Tooling;
using Xunit;

namespace Backshift.Tools.Cat.Tests;

public sealed class FileContentsTests
{
    private readonly List<string> said = [];

    private (ExitCode Code, string Text) Cat(SavedTree tree, params string[] paths)
    {
        using RepositoryReader reader = tree.Open(workers: 0);
        using MemoryStream stream = new();
        ExitCode code =
            new FileContents(reader, reader.Find("@latest"), new OutputBuffer(stream), said.Add).Run([.. paths.Select(BytePath.Of)], CancellationToken.None);
        return (code, Encoding.Latin1.GetString(stream.ToArray()));
    }

    [Fact]
    public void Files_are_written_as_they_are_named_and_links_are_files_too()
    {
        using SavedTree tree = new SavedTree().Link("a", "f", 2).File("f", "one", nlink: 2).File("g", ["two"u8.ToArray(), []]).Save();
        Assert.Equal((ExitCode.Done, "two" + new string('\0', 4096) + "oneone"), Cat(tree, "g", "/f", "a"));
    }

    [Fact]
    public void What_is_no_file_is_named_and_the_others_are_written()
    {
        using SavedTree tree = new SavedTree().Directory("d").File("i/f", "x").Add("s", EntryType.SymbolicLink, "f").Link("l", "gone", 2).Save();
        Assert.Equal((ExitCode.NoInput, "x"), Cat(tree, "d", "i", "s", "l", "none", "i/f"));
        Assert.Equal(["d: is a directory", "i: is a directory", "s: is a symbolic link to f", "l: is a link to gone, which is not in h@20231114T221320Z",
            "none: is not in h@20231114T221320Z"], said);
    }

    [Fact]
    public void Damage_is_told_with_file_and_chunk()
    {
        using SavedTree tree = new SavedTree().File("f", "content").Save();
        tree.Damage();
        BackshiftException trouble = Assert.Throws<BackshiftException>(() => Cat(tree, "f"));
        Assert.Equal(ExitCode.DataError, trouble.Code);
        Assert.StartsWith($"f: chunk {Digest.Of("content"u8)}: pack ", trouble.Message, StringComparison.Ordinal);
    }
}
