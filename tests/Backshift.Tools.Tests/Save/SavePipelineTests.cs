using System.Diagnostics;
using System.Text;
using Backshift.Posix;
using Xunit;

namespace Backshift.Tools.Save.Tests;

public sealed class SavePipelineTests
{
    [Fact]
    public void The_stages_stand_in_their_order_with_their_options()
    {
        SaveOptions save = new()
        {
            Roots = [BytePath.Of("/home"), BytePath.Of("/a b")], Repository = BytePath.Of("/r"), ForWalk = ["-x"], ForSince = ["--reread"],
            ForChunk = ["--average", "65536"], ForStore = ["-v"],
        };
        const string rest = "bs-chunk -r /r --average 65536 | bs-store -r /r -v";
        Assert.Equal("bs-walk -x /home '/a b' | bs-since -r /r --reread | " + rest, Command(save));
        Assert.Equal("bs-init -r /r && bs-walk -x /home '/a b' | " + rest, Command(save with { Full = true, Init = true }));
        Assert.Equal("bs-init -r /r --plain && bs-walk -x /home '/a b' | " + rest, Command(save with { Full = true, Init = true, Plain = true }));
    }

    [Fact]
    public void A_root_that_begins_with_a_dash_is_no_option()
    {
        SaveOptions save = new() { Roots = [BytePath.Of("-x")], Repository = BytePath.Of("r"), Full = true };
        Assert.StartsWith("bs-walk -- -x |", Command(save), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "''")]
    [InlineData("/home/ann.txt", "/home/ann.txt")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("~", "'~'")]
    [InlineData("a=b", "'a=b'")]
    [InlineData("$(reboot)\n*", "'$(reboot)\n*'")]
    public void A_word_is_quoted_where_it_has_to_be(string word, string quoted)
    {
        ShellText text = new();
        text.Add(word);
        Assert.Equal(quoted, Encoding.UTF8.GetString(text.Bytes));
    }

    [Fact]
    public void Every_byte_comes_through_the_shell()
    {
        byte[] all = [.. Enumerable.Range(1, 255).Select(number => (byte)number), .. "'''a'"u8];
        ShellText text = new();
        text.Add("printf");
        text.Add("%s");
        text.Add(all);

        // From a file, since .NET hands arguments on as text.
        string script = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(script, text.Bytes);
            using Process shell = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { script }, RedirectStandardOutput = true })!;
            using MemoryStream output = new();
            shell.StandardOutput.BaseStream.CopyTo(output);
            shell.WaitForExit();
            Assert.Equal(all, output.ToArray());
        }
        finally
        {
            File.Delete(script);
        }
    }

    [Fact]
    public void Programs_are_taken_from_where_this_one_was_called()
    {
        string folder = Directory.CreateTempSubdirectory("bs-save").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "bs-walk"), "");
            byte[] path = Encoding.UTF8.GetBytes($"/nowhere:{folder}");
            BytePath image = BytePath.Of("/lib/backshift");
            Assert.Equal($"{folder}/bs-walk", Words(new ProgramPlaces(BytePath.Of($"{folder}/bs-save"), image, [])));
            Assert.Equal("bs-walk", Words(new ProgramPlaces(BytePath.Of("bs-save"), image, path)));
            Assert.Equal($"{folder}/bs-walk", Words(new ProgramPlaces(BytePath.Of("bs-save"), BytePath.Of($"{folder}/backshift"), [])));
            Assert.Equal("/lib/backshift bs-walk", Words(new ProgramPlaces(BytePath.Of("/nowhere/bs-save"), image, path)));
            Assert.Equal("bs-walk", Words(new ProgramPlaces(default, BytePath.Of("/usr/bin/dotnet"), [])));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Words(ProgramPlaces places) => string.Join(' ', places.Find("bs-walk").Select(Encoding.UTF8.GetString));

    [Fact]
    public void A_stage_gets_the_keys_that_it_needs_and_no_other_ones()
    {
        SaveOptions save = new() { Roots = [BytePath.Of("/home")], Repository = BytePath.Of("/r") };
        Assert.Equal("bs-walk /home 7<&- 8<&- | BACKSHIFT_KEY_FD=7 bs-since -r /r 8<&- | BACKSHIFT_CHUNK_KEYS_FD=8 bs-chunk -r /r 7<&- "
            + "| BACKSHIFT_KEY_FD=7 bs-store -r /r 8<&-", Command(save, new HandedKeys(7, 8)));

        // Those which a shell cannot close: the stages do it.
        Assert.Equal("BACKSHIFT_CLOSE_FDS=10,11 bs-walk /home | BACKSHIFT_CLOSE_FDS=10 BACKSHIFT_CHUNK_KEYS_FD=11 bs-chunk -r /r "
            + "| BACKSHIFT_CLOSE_FDS=11 BACKSHIFT_KEY_FD=10 bs-store -r /r", Command(save with { Full = true }, new HandedKeys(10, 11)));
        Assert.Equal("BACKSHIFT_CLOSE_FDS=10 bs-walk /home 9<&- | BACKSHIFT_CLOSE_FDS=10 BACKSHIFT_KEY_FD=9 bs-since -r /r "
            + "| BACKSHIFT_CHUNK_KEYS_FD=10 bs-chunk -r /r 9<&- | BACKSHIFT_CLOSE_FDS=10 BACKSHIFT_KEY_FD=9 bs-store -r /r",
            Command(save, new HandedKeys(9, 10)));
    }

    private static string Command(SaveOptions save, HandedKeys? keys = null) =>
        Encoding.UTF8.GetString(SavePipeline.Command(save, program => [Encoding.UTF8.GetBytes(program)], keys));
}
