using System.CommandLine;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class PassedOptionsTests
{
    [Fact]
    public void Only_options_that_were_given_are_handed_on()
    {
        Option<bool> flag = new("--flag");
        Option<bool> other = new("--other");
        Option<int> number = CountArgument.Option("--number", "-n", "", 7);
        RootCommand root = new() { flag, other, number };
        Assert.Equal([], PassedOptions.Words(root.Parse([]), flag, other, number));
        Assert.Equal(["--flag", "--number", "0"], PassedOptions.Words(root.Parse(["-n", "0", "--flag"]), flag, other, number));
    }

    [Fact]
    public void Patterns_of_the_command_line_come_before_those_of_the_profile()
    {
        RootCommand root = new();
        PatternArguments patterns = PatternArguments.AddTo(root);
        ParseResult line = root.Parse(["--include", "a", "--exclude", "b"]);
        ParseResult all = root.Parse(["--exclude", "p", "--include", "a", "--exclude", "b"]);
        Assert.Equal(["--include", "a", "--exclude", "b", "--exclude", "p"], patterns.Words(line, all));
    }
}
