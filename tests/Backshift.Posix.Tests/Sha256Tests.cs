using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Backshift.Posix.Tests;

public class Sha256Tests
{
    /// <summary>The examples of FIPS 180-2, and the hash of nothing.</summary>
    [Theory]
    [InlineData("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")]
    public void Both_ways_give_the_hashes_of_the_standard(string text, int times, string expected)
    {
        foreach (bool isManaged in (bool[])[false, true])
        {
            Sha256 hash = new(isManaged);
            for (int i = 0; i < times; i++)
            {
                hash.AppendData(Encoding.ASCII.GetBytes(text));
            }

            Assert.Equal(expected, Finish(hash));
        }
    }

    [Fact]
    public void Any_length_in_any_pieces_gives_the_hash_of_the_base_library()
    {
        byte[] content = new byte[300];
        new Random(1).NextBytes(content);
        Sha256 native = new(false), managed = new(true);
        Span<byte> whole = stackalloc byte[Sha256.HashSizeInBytes];
        for (int length = 0; length <= content.Length; length++)
        {
            string expected = Convert.ToHexStringLower(SHA256.HashData(content.AsSpan(0, length)));
            Sha256.HashData(content.AsSpan(0, length), whole);
            Assert.Equal(expected, Convert.ToHexStringLower(whole));
            foreach (int piece in (int[])[1, 7, 63, 64, 65, 300])
            {
                for (int at = 0; at < length; at += piece)
                {
                    native.AppendData(content.AsSpan(at, Math.Min(piece, length - at)));
                    managed.AppendData(content.AsSpan(at, Math.Min(piece, length - at)));
                }

                Assert.Equal(expected, Finish(native));
                Assert.Equal(expected, Finish(managed));
            }
        }
    }

    [Fact]
    public void Two_contents_of_any_lengths_get_the_hashes_that_each_has_alone()
    {
        byte[] content = new byte[3000];
        new Random(2).NextBytes(content);
        byte[] hash = new byte[Sha256.HashSizeInBytes], otherHash = new byte[Sha256.HashSizeInBytes];
        foreach (int length in (int[])[0, 1, 511, 512, 513, 1024, 3000])
        {
            foreach (int other in (int[])[0, 63, 512, 575, 576, 2999])
            {
                Sha256Pair.HashData(content.AsSpan(0, length), content.AsSpan(1, other), hash, otherHash);
                Assert.Equal(SHA256.HashData(content.AsSpan(0, length)), hash);
                Assert.Equal(SHA256.HashData(content.AsSpan(1, other)), otherHash);
            }
        }
    }

    /// <summary>Of RFC 4231, test cases 2 and 6, the latter with a key that is longer than a block.</summary>
    [Theory]
    [InlineData("Jefe", 1, "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData("\u00aa", 131, "Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")]
    public void The_examples_of_the_standard_for_hmac_come_out(string key, int times, string content, string expected)
    {
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        new HmacSha256(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(key, times)))).HashData(Encoding.Latin1.GetBytes(content), hash);
        Assert.Equal(expected, Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void Contents_of_any_lengths_get_the_hmac_of_the_base_library_alone_and_in_pairs()
    {
        byte[] content = new byte[3000], key = new byte[100];
        new Random(5).NextBytes(content);
        new Random(6).NextBytes(key);
        byte[] hash = new byte[Sha256.HashSizeInBytes], otherHash = new byte[Sha256.HashSizeInBytes];
        foreach (int keyLength in (int[])[0, 32, 64, 65, 100])
        {
            ReadOnlySpan<byte> some = key.AsSpan(0, keyLength);
            HmacSha256 keyed = new(some);
            foreach (int length in (int[])[0, 1, 55, 56, 64, 511, 512, 513, 1024, 3000])
            {
                keyed.HashData(content.AsSpan(0, length), hash);
                Assert.Equal(HMACSHA256.HashData(some, content.AsSpan(0, length)), hash);
                foreach (int other in (int[])[0, 63, 512, 575, 576, 2999])
                {
                    keyed.HashData(content.AsSpan(0, length), content.AsSpan(1, other), hash, otherHash);
                    Assert.Equal(HMACSHA256.HashData(some, content.AsSpan(0, length)), hash);
                    Assert.Equal(HMACSHA256.HashData(some, content.AsSpan(1, other)), otherHash);
                }
            }
        }
    }

    [Fact]
    public void Many_contents_of_any_lengths_get_the_hashes_that_each_has_alone()
    {
        byte[] content = new byte[100_000];
        new Random(3).NextBytes(content);
        int[] lengths = [1024, 0, 512, 3000, 511, 513, 30_000, 64, 575, 576, 1, 577, 9999, 9999, 512, 2048];
        for (int count = 0; count <= lengths.Length; count++)
        {
            Range[] places = [.. lengths[..count].Select(static (length, i) => (i * 61)..((i * 61) + length))];
            byte[] hashes = new byte[count * Sha256.HashSizeInBytes];
            Sha256Pair.HashAll(content, places, hashes);
            Assert.Equal([.. places.SelectMany(place => SHA256.HashData(content.AsSpan(place)))], hashes);
        }
    }

    [Fact]
    public void A_hash_that_does_not_fit_is_refused_before_anything_is_written() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256.HashData("abc"u8, new byte[Sha256.HashSizeInBytes - 1]));

    [Fact]
    public void Random_bytes_fill_all_of_the_target()
    {
        byte[] first = new byte[1024], second = new byte[1024];
        RandomBytes.Fill(first);
        RandomBytes.Fill(second);
        Assert.NotEqual(first, second);
        // Of 1024 random bytes some 4 are zero; 64 in a row never are.
        Assert.DoesNotContain(Enumerable.Range(0, 16), i => first.AsSpan(i * 64, 64).IndexOfAnyExcept((byte)0) < 0);
        RandomBytes.Fill([]);
    }

    private static string Finish(Sha256 hash)
    {
        Span<byte> bytes = stackalloc byte[Sha256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
