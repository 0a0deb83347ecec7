using Backshift.Repository.Parity;

namespace Backshift.Repository.Tests;

public sealed class GaloisFieldTests
{
    [Fact]
    public void A_number_times_its_inverse_is_one_and_products_are_those_of_polynomials()
    {
        for (int a = 1; a < 256; a++)
        {
            Assert.Equal(1, GaloisField.Multiply((byte)a, GaloisField.Inverse((byte)a)));
            for (int b = 0; b < 256; b++)
            {
                Assert.Equal(Slowly(a, b), GaloisField.Multiply((byte)a, (byte)b));
            }
        }
    }

    [Fact]
    public void A_product_is_added_to_every_byte_whatever_the_length_of_the_row()
    {
        Random random = new(1);
        for (int length = 0; length < 200; length++)
        {
            byte[] source = new byte[length], target = new byte[length];
            random.NextBytes(source);
            random.NextBytes(target);
            byte factor = (byte)random.Next(256);
            byte[] expected = [.. target.Zip(source, (one, other) => (byte)(one ^ GaloisField.Multiply(factor, other)))];
            GaloisField.AddProduct(factor, source, target);
            Assert.Equal(expected, target);
        }
    }

    /// <summary>Long multiplication, then long division by the polynomial.</summary>
    private static byte Slowly(int a, int b)
    {
        int product = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            product ^= ((b >> bit) & 1) != 0 ? a << bit : 0;
        }

        for (int bit = 15; bit >= 8; bit--)
        {
            product ^= ((product >> bit) & 1) != 0 ? 0x11D << (bit - 8) : 0;
        }

        return (byte)product;
    }
}
