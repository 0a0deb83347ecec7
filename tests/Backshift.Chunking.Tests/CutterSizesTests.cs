namespace Backshift.Chunking.Tests;

public sealed class CutterSizesTests
{
    [Theory]
    [InlineData(4 << 10, 2 << 10, 3_178, 16 << 10)]
    [InlineData(16 << 10, 8 << 10, 12_713, 64 << 10)]
    [InlineData(32 << 10, 16 << 10, 25_427, 128 << 10)]
    [InlineData(64 << 10, 32 << 10, 50_855, 256 << 10)]
    [InlineData(1 << 20, 512 << 10, 813_694, 4 << 20)]
    public void The_average_decides_the_other_sizes(int average, int minimum, int middle, int maximum)
    {
        CutterSizes sizes = new(average);
        Assert.Equal((minimum, middle, maximum), (sizes.Minimum, sizes.Middle, sizes.Maximum));
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(2 << 10)]
    [InlineData(4095)]
    [InlineData(5000)]
    [InlineData(2 << 20)]
    public void An_average_out_of_bounds_or_not_a_power_of_two_is_refused(int average) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CutterSizes(average));
}
