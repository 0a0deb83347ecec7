using System.Text;
using Backshift.Tooling;
using Xunit;

namespace Backshift.Tools.List.Tests;

public sealed class TableTests
{
    [Fact]
    public void Wide_characters_take_two_columns_and_combining_ones_none()
    {
        Assert.Equal(5, TextWidth.Of("naïve"));
        Assert.Equal(5, TextWidth.Of("nai\u0308ve"));
        Assert.Equal(4, TextWidth.Of("日本"));
        Assert.Equal(2, TextWidth.Of("😀"));
    }

    [Fact]
    public void Rows_are_written_in_blocks_that_never_become_narrower()
    {
        using MemoryStream stream = new();
        OutputBuffer output = new(stream);
        Table table = new(output, "NAME", new TableColumn("N", AlignRight: true));
        for (int i = 0; i < 256; i++)
        {
            table.Add([i == 10 ? "100000" : "1"], "a"u8);
        }

        // The block is full, and memory is given back; the next one is as wide although none of its cells is.
        output.Flush();
        string[] first = Encoding.UTF8.GetString(stream.ToArray()).Split('\n');
        Assert.Equal(258, first.Length);
        Assert.Equal("     N  NAME", first[0]);
        table.Add(["2"], "b"u8);
        output.Flush();
        Assert.Equal(258, Encoding.UTF8.GetString(stream.ToArray()).Split('\n').Length);
        table.Finish();
        output.Flush();
        string[] all = Encoding.UTF8.GetString(stream.ToArray()).Split('\n');
        Assert.Equal(("100000  a", "     2  b"), (all[11], all[^2]));
    }

    [Fact]
    public void Long_names_end_a_block_early()
    {
        using MemoryStream stream = new();
        OutputBuffer output = new(stream);
        Table table = new(output, "NAME", new TableColumn("N"));
        byte[] name = new byte[65536];
        for (int i = 0; i < 16; i++)
        {
            table.Add(["1"], name);
        }

        output.Flush();
        Assert.True(stream.Length > 1 << 20);
    }
}
