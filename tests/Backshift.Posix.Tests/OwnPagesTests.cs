using Xunit;

namespace Backshift.Posix.Tests;

public sealed class OwnPagesTests
{
    [Fact]
    public void It_is_zero_and_keeps_what_is_written()
    {
        using OwnPages pages = new(100_000);
        Assert.Equal(100_000, pages.Span.Length);
        Assert.Equal(-1, pages.Span.IndexOfAnyExcept((byte)0));
        pages.Span.Fill(7);
        Assert.Equal(-1, pages.Span.IndexOfAnyExcept((byte)7));
    }

    [Fact]
    public void Nothing_is_left_once_it_is_disposed_of()
    {
        OwnPages pages = new(1 << 20);
        pages.Dispose();
        Assert.Equal(0, pages.Span.Length);
        Assert.Equal(0, pages.Length);
        pages.Dispose();
    }

    [Fact]
    public void Its_memory_is_the_systems_again()
    {
        const int Size = 96 << 20;
        for (int i = 0; i < 20; i++)
        {
            using OwnPages pages = new(Size);
            pages.Span.Fill(1);
        }

        Assert.InRange(Environment.WorkingSet, 0, 10L * Size);
    }

    [Fact]
    public void A_length_of_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new OwnPages(0));
}
