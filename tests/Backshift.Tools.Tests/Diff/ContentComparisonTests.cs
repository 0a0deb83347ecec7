using System.Buffers;
using Backshift.Records;
using CsCheck;
using Xunit;

namespace Backshift.Tools.Diff.Tests;

public sealed class ContentComparisonTests
{
    // Mostly zeros, so that some pieces can be holes.
    private static readonly Gen<byte[]> Content = Gen.Byte.Select(static value => (byte)(value < 250 ? 0 : value)).Array[0, 200];

    [Fact]
    public void Equal_bytes_are_equal_however_they_are_cut() =>
        Gen.Select(Content, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue])
            .Sample(static (content, left, right) => Assert.True(AreEqual(new Pieces(content, left), new Pieces(content, right))));

    [Fact]
    public void One_byte_that_differs_is_found_wherever_it_is() =>
        Gen.Select(Content.Where(static content => content.Length > 0), Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue])
            .Sample(static (content, left, right) =>
            {
                byte[] other = [.. content];
                other[right % other.Length] ^= 1;
                Assert.False(AreEqual(new Pieces(content, left), new Pieces(other, right)));
            });

    [Fact]
    public void One_that_is_shorter_is_another() =>
        Gen.Select(Content.Where(static content => content.Length > 0), Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue])
            .Sample(static (content, left, right) =>
            {
                Assert.False(AreEqual(new Pieces(content, left), new Pieces(content[..^1], right)));
                Assert.False(AreEqual(new Pieces(content[..^1], left), new Pieces(content, right)));
            });

    [Fact]
    public void Pieces_of_one_digest_are_not_read()
    {
        byte[] content = [1, 2, 3, 4, 5, 6, 7, 8];
        Pieces left = new(content, 3), right = new(content, 3);
        Assert.True(AreEqual(left, right));
        Assert.Equal(0, left.Reads + right.Reads);
    }

    private static bool AreEqual(Pieces left, Pieces right)
    {
        ValueTask<bool> equal = ContentComparison.AreEqualAsync(left, right, CancellationToken.None);
        Assert.True(equal.IsCompleted);
        return equal.Result;
    }

    /// <summary>Content in pieces of chance; those of zeros are holes half of the time.</summary>
    private sealed class Pieces : IContent
    {
        private readonly byte[] content;
        private readonly Random chance;
        private int start;
        private int length;

        internal Pieces(byte[] content, int seed)
        {
            this.content = content;
            chance = new Random(seed);
        }

        internal int Reads { get; private set; }

        public long Size => length;

        public bool IsHole { get; private set; }

        public Digest? Digest => IsHole ? null : Records.Digest.Of(content.AsSpan(start, length));

        public ValueTask<bool> MoveNextAsync(CancellationToken cancel)
        {
            start += length;
            length = Math.Min(chance.Next(1, 40), content.Length - start);
            IsHole = length > 0 && !content.AsSpan(start, length).ContainsAnyExcept((byte)0) && chance.Next(2) == 0;
            return ValueTask.FromResult(length > 0);
        }

        public ReadOnlySequence<byte> Bytes()
        {
            Assert.False(IsHole);
            Reads++;
            return new ReadOnlySequence<byte>(content, start, length);
        }
    }
}
