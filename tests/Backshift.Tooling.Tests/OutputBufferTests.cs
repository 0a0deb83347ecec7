using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class OutputBufferTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Whatever_is_written_in_whatever_pieces_comes_out_in_order(int seed)
    {
        Random random = new(seed);
        using MemoryStream stream = new();
        using MemoryStream expected = new();
        OutputBuffer output = new(stream);
        byte[] source = new byte[1 << 20];
        random.NextBytes(source);
        for (int i = 0; i < 200; i++)
        {
            int length = random.Next(4) switch { 0 => random.Next(10), 1 => random.Next(70_000), 2 => 128 << 10, _ => random.Next(400_000) };
            ReadOnlySpan<byte> piece = source.AsSpan(random.Next(source.Length - length), length);
            switch (random.Next(4))
            {
                case 0:
                    output.WriteZeros(length);
                    expected.Write(new byte[length]);
                    break;
                case 1:
                    piece.CopyTo(output.GetSpan(length));
                    output.Advance(length);
                    expected.Write(piece);
                    break;
                case 2:
                    output.Write((byte)i);
                    expected.WriteByte((byte)i);
                    break;
                default:
                    output.Write(piece);
                    expected.Write(piece);
                    break;
            }

            Assert.Equal(expected.Length, output.Written);
        }

        output.Flush();
        Assert.True(expected.ToArray().AsSpan().SequenceEqual(stream.ToArray()), $"seed {seed}");
    }
}
