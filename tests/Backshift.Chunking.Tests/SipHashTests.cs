using System.Globalization;

namespace Backshift.Chunking.Tests;

public sealed class SipHashTests
{
    [Fact]
    public void The_64_vectors_of_the_authors_come_out()
    {
        string[] expected = File.ReadAllLines(VectorFolder.PathOf("siphash-2-4.txt"));
        Assert.Equal(64, expected.Length);
        byte[] message = [.. Enumerable.Range(0, 64).Select(value => (byte)value)];
        for (int length = 0; length < expected.Length; length++)
        {
            ulong hash = SipHash.Hash(0x0706050403020100, 0x0f0e0d0c0b0a0908, message.AsSpan(0, length));
            Assert.Equal(expected[length], hash.ToString("x16", CultureInfo.InvariantCulture));
        }
    }
}
