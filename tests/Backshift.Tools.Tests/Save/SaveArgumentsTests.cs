using System.CommandLine;
using System.Text;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Save.Tests;

public sealed class SaveArgumentsTests
{
    private static string Command(params string[] args)
    {
        RootCommand root = new();
        SaveArguments arguments = SaveArguments.AddTo(root);
        SaveOptions save = arguments.Read(root.Parse(args), args);
        return Encoding.UTF8.GetString(SavePipeline.Command(save, static program => [Encoding.UTF8.GetBytes(program)], null));
    }

    [Fact]
    public void What_is_not_given_is_left_to_the_stages() =>
        Assert.Equal("bs-walk /home | bs-since -r /r | bs-chunk -r /r | bs-store -r /r", Command("-r", "/r", "/home"));

    [Fact]
    public void Each_option_goes_to_the_stages_that_take_it_as_it_was_given()
    {
        string[] stages =
        [
            "bs-walk --one-file-system --guard --stalled 0 --host h --verbose --exclude '*.o' --include a /home",
            "bs-since -r /r --ignore-inode --reread --verbose",
            "bs-chunk -r /r --average 64K --no-cache --ignore-inode --stalled 0 --verbose",
            "bs-store -r /r --no-cache --guard --no-delta --jobs 2 --publish-every 0 --verbose",
        ];
        string[] given =
        [
            "-r", "/r", "-x", "--guard", "--stalled", "0", "--host", "h", "-v", "--exclude", "*.o", "--include", "a", "--ignore-inode", "--reread",
            "--average", "64K", "--no-cache", "--no-delta", "-j", "2", "--publish-every", "0", "/home",
        ];
        Assert.Equal(string.Join(" | ", stages), Command(given));
    }

    [Fact]
    public void An_average_is_checked_before_anything_runs() =>
        Assert.Equal(
            "--average: 5000 is not a power of two",
            Assert.Throws<BackshiftException>(() => Command("-r", "/r", "--average", "5000", "/home")).Message);

    [Fact]
    public void Roots_have_to_be_named() => Assert.Equal("missing operand: root", Assert.Throws<BackshiftException>(() => Command("-r", "/r")).Message);
}
