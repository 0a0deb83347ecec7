using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class ProfileTests
{
    [Theory]
    [InlineData("-x\n--exclude *.o\n/home\n", "-x|--exclude|*.o|/home")]
    [InlineData("# comment\n\n/a b\r\n", "/a b")]
    [InlineData("--exclude=*.o\n-r\t /with blank ", "--exclude=*.o|-r|/with blank ")]
    [InlineData("-x \n ", "-x| ")]
    [InlineData("", "")]
    public void A_line_is_an_option_with_its_value_or_an_operand(string lines, string words) =>
        Assert.Equal(words, string.Join('|', ProfileArgument.Words(System.Text.Encoding.UTF8.GetBytes(lines))));

    [Fact]
    public void Names_that_are_not_text_are_kept() =>
        Assert.Equal((byte[])[0xFF, (byte)'a'], ArgumentText.ToBytes(ProfileArgument.Words([0xFF, (byte)'a', (byte)'\n']).Single()));

    [Fact]
    public void The_command_line_wins_and_extends()
    {
        ParseResult options = Apply("--name profile\n--many a\n/one\n", "--name", "line", "--many", "b", "/two");
        Assert.Equal("line", options.GetValue<BytePath>("--name").ToString());
        Assert.Equal(["a", "b"], options.GetValue<BytePath[]>("--many")!.Select(name => name.ToString()));
        Assert.Equal(["/one", "/two"], options.GetValue<BytePath[]>("operand")!.Select(name => name.ToString()));
    }

    [Theory]
    [InlineData("--nope\n", "no such option: --nope")]
    [InlineData("--profile other\n", "are not allowed in it")]
    [InlineData("--\n", "are not allowed in it")]
    public void A_profile_is_read_as_strictly_as_a_command_line(string lines, string message)
    {
        BackshiftException wrong = Assert.Throws<BackshiftException>(() => Apply(lines));
        Assert.Equal(ExitCode.Usage, wrong.Code);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_that_is_not_there_is_no_input()
    {
        RootCommand root = Command(out ProfileArgument profile);
        string[] args = ["--profile", "/no/such/profile"];
        Assert.Equal(ExitCode.NoInput, Assert.Throws<BackshiftException>(() => profile.Apply(CommandLine.Parse(root, args), args)).Code);
    }

    private static RootCommand Command(out ProfileArgument profile)
    {
        RootCommand root = new("test")
        {
            PathArgument.Option("--name", "one"), PathArgument.Options("--many", "many"), PathArgument.Operands("operand", "operands"),
        };
        profile = ProfileArgument.AddTo(root);
        return root;
    }

    private static ParseResult Apply(string lines, params string[] rest)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, lines);
            RootCommand root = Command(out ProfileArgument profile);
            string[] args = ["--profile", file, .. rest];
            return profile.Apply(CommandLine.Parse(root, args), args);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void A_profile_that_others_may_have_written_is_refused()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherRead);
            BytePath name = BytePath.Of(path);
            Assert.Equal(0, FileStatus.TryGet(name, out FileStatus own));
            ProfileArgument.Check(name, in own, own.Uid);
            if (own.Uid != 0)
            {
                Assert.Equal(ExitCode.NotPermitted, Assert.Throws<BackshiftException>(() => ProfileArgument.Check(name, Status(name), own.Uid + 1)).Code);
            }

            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
            Assert.Equal(ExitCode.NotPermitted, Assert.Throws<BackshiftException>(() => ProfileArgument.Check(name, Status(name), own.Uid)).Code);
            Assert.Equal(ExitCode.Usage, Assert.Throws<BackshiftException>(() => ProfileArgument.Check(name, Status(BytePath.Of("/tmp")), own.Uid)).Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static FileStatus Status(BytePath path)
    {
        Assert.Equal(0, FileStatus.TryGet(path, out FileStatus status));
        return status;
    }
}
