using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class CommandLineTests
{
    private readonly Option<bool> verbose = new("--verbose", "-v");
    private readonly Option<string> host = new("--host", "-h");
    private readonly Option<BytePath[]> exclude = PathArgument.Options("--exclude", "");
    private readonly Option<long> average = SizeArgument.Option("--average", "", defaultValue: 16 << 10, least: 1024, most: 1 << 20);
    private readonly Option<int> jobs = CountArgument.Option("--jobs", "-j", "", defaultValue: 2, least: 1, most: 64);
    private readonly Argument<BytePath[]> paths = PathArgument.Operands("path", "");

    [Theory]
    [InlineData("--nope")]
    [InlineData("-n")]
    [InlineData("-vn")]
    [InlineData("-?")]
    [InlineData("--verbos")]
    [InlineData("--exclude:x")]
    public void An_unknown_option_is_an_error_and_not_an_operand(string argument) =>
        Assert.StartsWith("no such option: -", Fails(argument), StringComparison.Ordinal);

    [Theory]
    [InlineData("/h")]
    [InlineData("/?")]
    [InlineData("@file")]
    [InlineData("[diagram]")]
    [InlineData("[env:A=b]")]
    [InlineData("-")]
    [InlineData("help")]
    public void What_the_library_would_take_for_its_own_is_an_operand(string argument) => Assert.Equal([argument], Operands(argument));

    [Fact]
    public void What_follows_a_command_is_part_of_it()
    {
        CommandArgument command = new("--exec", "");
        RootCommand root = new() { command, verbose, paths };
        ParseResult options = CommandLine.Parse(root, ["name", "--exec", "dump", "-v", "--help", "", "--exec", "--", "x=y"]);
        Assert.Equal(["dump", "-v", "--help", "", "--exec", "--", "x=y"], options.GetValue(command)!);
        Assert.False(options.GetValue(verbose));
        Assert.Equal([BytePath.Of("name")], options.GetValue(paths)!);
        Assert.Throws<BackshiftException>(() => CommandLine.Parse(root, ["name", "--exec"]));
    }

    [Fact]
    public void An_operand_that_is_the_programs_own_name_is_an_operand() =>
        Assert.Equal([Root().Name, "x/" + Root().Name], Operands(Root().Name, "x/" + Root().Name));

    [Fact]
    public void Two_dashes_end_the_options() => Assert.Equal(["--nope", "--", "-v", "@x"], Operands("--", "--nope", "--", "-v", "@x"));

    [Fact]
    public void Options_may_follow_operands()
    {
        ParseResult result = Parse("a", "-v", "b");
        Assert.True(result.GetValue(verbose));
        Assert.Equal(["a", "b"], Shown(result.GetValue(paths)));
    }

    [Theory]
    [InlineData("--host", "-v")]
    [InlineData("--host=-v")]
    [InlineData("-h", "-v")]
    [InlineData("-h-v")]
    public void A_value_may_look_like_an_option(params string[] args) => Assert.Equal("-v", Parse(args).GetValue(host));

    [Theory]
    [InlineData("a=b:c", "--host=a=b:c")]
    [InlineData("a:b=c", "--host", "a:b=c")]
    [InlineData("\"q\"", "--host=\"q\"")]
    [InlineData("@f", "--host", "@f")]
    [InlineData("", "--host=")]
    [InlineData("", "--host", "")]
    public void A_value_is_taken_as_it_is(string expected, params string[] args) => Assert.Equal(expected, Parse(args).GetValue(host));

    [Fact]
    public void Short_options_may_stand_together_and_the_last_may_have_a_value()
    {
        ParseResult result = Parse("-vhname", "x");
        Assert.True(result.GetValue(verbose));
        Assert.Equal("name", result.GetValue(host));
    }

    [Fact]
    public void Of_an_option_with_one_value_the_last_counts() => Assert.Equal("b", Parse("--host", "a", "-v", "-v", "-h", "b").GetValue(host));

    [Fact]
    public void An_option_with_many_values_keeps_their_order() =>
        Assert.Equal(["b", "a", "-v"], Shown(Parse("--exclude", "b", "x", "--exclude=a", "--exclude", "-v").GetValue(exclude)));

    [Fact]
    public void Without_operands_there_are_none() => Assert.Empty(Operands());

    [Fact]
    public void Names_that_are_not_UTF8_arrive_as_the_bytes_they_were()
    {
        byte[] name = [(byte)'a', 0xFF, 0x80, (byte)'z'];
        ParseResult result = Parse(ArgumentText.FromBytes(name), "--exclude", ArgumentText.FromBytes(name));
        Assert.Equal(name, result.GetValue(paths)![0].Bytes);
        Assert.Equal(name, result.GetValue(exclude)![0].Bytes);
    }

    [Theory]
    [InlineData("--verbose takes no value", "--verbose=1")]
    [InlineData("--host needs a value", "--host")]
    [InlineData("-h needs a value", "-vh")]
    [InlineData("--average: not a size: many", "--average", "many")]
    [InlineData("--average: 2M is not between 1024 and 1048576", "--average=2M")]
    [InlineData("--jobs: not a number: -1", "-j-1")]
    [InlineData("--jobs: 0 is not between 1 and 64", "-j", "0")]
    [InlineData("a name cannot be empty", "")]
    public void What_is_wrong_is_said_in_one_line(string message, params string[] args) => Assert.Equal(message, Fails(args));

    [Fact]
    public void One_operand_too_many_is_named()
    {
        RootCommand root = new("x") { PathArgument.Operand("saveset", "") };
        Assert.Equal("too many operands: b", Assert.Throws<BackshiftException>(() => CommandLine.Parse(root, ["a", "b"])).Message);
    }

    [Fact]
    public void A_missing_operand_is_named()
    {
        RootCommand root = new("x") { PathArgument.Operand("saveset", "") };
        Assert.Equal("missing operand: saveset", Assert.Throws<BackshiftException>(() => CommandLine.Parse(root, [])).Message);
    }

    [Fact]
    public void An_option_that_is_not_given_has_its_default() => Assert.Equal(16384, Parse().GetValue(average));

    private RootCommand Root() => new("x") { verbose, host, exclude, average, jobs, paths };

    private ParseResult Parse(params string[] args)
    {
        RootCommand root = Root();
        HelpText.AddTo(root);
        return CommandLine.Parse(root, args);
    }

    private string[] Operands(params string[] args) => Shown(Parse(args).GetValue(paths));

    private string Fails(params string[] args)
    {
        BackshiftException thrown = Assert.Throws<BackshiftException>(() => Parse(args));
        Assert.Equal(ExitCode.Usage, thrown.Code);
        return thrown.Message;
    }

    private static string[] Shown(BytePath[]? paths) => Array.ConvertAll(paths ?? [], static path => path.ToString());
}
