using Backshift.Repository.Parity;

namespace Backshift.Repository.Tests;

public sealed class GaloisFieldTests
{
    [Fact]
    public void A_number_times_its_inverse_is_one()
    {
        for (int a = 1; a <= GaloisField.Order; a++)
        {
            Assert.Equal(1, GaloisField.Multiply((ushort)a, GaloisField.Inverse((ushort)a)));
        }
    }

    [Fact]
    public void Products_are_those_of_polynomials()
    {
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            int a = random.Next(GaloisField.Order + 1), b = i % 2 == 0 ? random.Next(GaloisField.Order + 1) : 1 << random.Next(GaloisField.Bits);
            Assert.Equal(Slowly(a, b), GaloisField.Multiply((ushort)a, (ushort)b));
        }
    }

    /// <summary>Long multiplication, then long division by the polynomial.</summary>
    private static ushort Slowly(int a, int b)
    {
        long product = 0;
        for (int bit = 0; bit < GaloisField.Bits; bit++)
        {
            product ^= ((b >> bit) & 1) != 0 ? (long)a << bit : 0;
        }

        for (int bit = 31; bit >= GaloisField.Bits; bit--)
        {
            product ^= ((product >> bit) & 1) != 0 ? 0x1100BL << (bit - GaloisField.Bits) : 0;
        }

        return (ushort)product;
    }
}
