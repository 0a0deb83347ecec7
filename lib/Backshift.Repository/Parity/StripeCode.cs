namespace Backshift.Repository.Parity;

/// <summary>
/// The Reed–Solomon code of a stripe: any rows that are lost, as many as there are parity rows, follow from the others. Parity row i is the sum of the data
/// rows j, each times 1 / ((data + i) XOR j): every square part of such a matrix can be inverted (Blömer, Kalfane, Karp and others, ICSI TR-95-048,
/// "An XOR-Based Erasure-Resilient Coding Scheme").
/// </summary>
internal static class StripeCode
{
    /// <summary>Limit on the rows of a stripe, data and parity together.</summary>
    internal const int Rows = 255;

    /// <summary>The factor of a data row in a parity row.</summary>
    /// <param name="data">Number of data rows of the stripe.</param>
    /// <param name="parity">Number of the parity row.</param>
    /// <param name="row">Number of the data row.</param>
    internal static byte Factor(int data, int parity, int row) => GaloisField.Inverse((byte)((data + parity) ^ row));

    /// <summary>Computes the data rows that are lost.</summary>
    /// <param name="data">Number of data rows of the stripe.</param>
    /// <param name="lost">Numbers of the rows that are lost.</param>
    /// <param name="parities">Numbers of as many parity rows as are lost data rows.</param>
    /// <param name="sums">
    /// For each of these the parity row, to which the data rows that are not lost were added, each times its factor. They become the lost rows.
    /// </param>
    internal static void Solve(int data, ReadOnlySpan<int> lost, ReadOnlySpan<int> parities, byte[][] sums)
    {
        int count = lost.Length;
        byte[][] matrix = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            matrix[i] = new byte[count];
            for (int j = 0; j < count; j++)
            {
                matrix[i][j] = Factor(data, parities[i], lost[j]);
            }
        }

        // Gauss and Jordan; what is done to the matrix is done to the rows.
        for (int column = 0; column < count; column++)
        {
            int pivot = column;
            while (matrix[pivot][column] == 0)
            {
                pivot++;
            }

            (matrix[column], matrix[pivot]) = (matrix[pivot], matrix[column]);
            (sums[column], sums[pivot]) = (sums[pivot], sums[column]);
            byte scale = GaloisField.Inverse(matrix[column][column]);
            matrix[column] = Times(scale, matrix[column]);
            sums[column] = Times(scale, sums[column]);
            for (int i = 0; i < count; i++)
            {
                if (i != column && matrix[i][column] is not 0 and byte factor)
                {
                    GaloisField.AddProduct(factor, matrix[column], matrix[i]);
                    GaloisField.AddProduct(factor, sums[column], sums[i]);
                }
            }
        }
    }

    private static byte[] Times(byte factor, byte[] row)
    {
        byte[] product = new byte[row.Length];
        GaloisField.AddProduct(factor, row, product);
        return product;
    }
}
