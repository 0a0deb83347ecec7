using Xunit;

namespace Backshift.Tools.Walk.Tests;

public sealed class KnownDirectoriesTests
{
    [Fact]
    public void A_directory_is_found_by_the_one_above_it_and_its_name()
    {
        KnownDirectories known = new();
        long a = known.Add(0, "a"u8, Verdict.Keep);
        long b = known.Add(a, "b"u8, Verdict.LeaveOut);
        Assert.True(known.TryGet(a, "b"u8, out long number, out Verdict verdict));
        Assert.Equal((b, Verdict.LeaveOut), (number, verdict));
        Assert.False(known.TryGet(0, "b"u8, out _, out _));
        Assert.False(known.TryGet(-1, "a"u8, out _, out _));
    }

    [Fact]
    public void When_it_is_full_all_is_forgotten_and_no_number_comes_twice()
    {
        KnownDirectories known = new(most: 2);
        HashSet<long> numbers = [];
        for (byte i = 0; i < 100; i++)
        {
            Assert.True(numbers.Add(known.Add(0, [i], Verdict.Keep)));
            Assert.True(known.TryGet(0, [i], out _, out _));
        }

        Assert.False(known.TryGet(0, [0], out _, out _));
    }

    [Fact]
    public void Long_names_fill_it_too()
    {
        KnownDirectories known = new();
        byte[] name = new byte[65_000];
        for (byte i = 0; i < 200; i++)
        {
            name[0] = i;
            known.Add(0, name, Verdict.Keep);
        }

        name[0] = 0;
        Assert.False(known.TryGet(0, name, out _, out _));
    }
}
