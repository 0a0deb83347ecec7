using System.Runtime.Intrinsics.X86;
using Backshift.Repository.Parity;

namespace Backshift.Repository.Tests;

/// <summary>Every width of the step of a transform, word by word against the field.</summary>
public sealed class ButterflyTests
{
    public static TheoryData<string, int, bool, bool> Widths
    {
        get
        {
            TheoryData<string, int, bool, bool> all = [];
            foreach (string width in (string[])["wide", "narrow", "bytes"])
            {
                foreach (int groups in (int[])[0, 1, 2, 7])
                {
                    all.Add(width, groups, false, false);
                    all.Add(width, groups, true, false);
                    all.Add(width, groups, false, true);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_step_adds_products_and_sums(string width, int groups, bool before, bool after)
    {
        Assert.SkipUnless(width != "wide" || Avx2.IsSupported, "this processor has no AVX2");
        Random random = new(groups);
        byte[] a = new byte[groups * Butterfly.Group], b = new byte[a.Length], tables = new byte[GaloisField.TablesLength];
        random.NextBytes(a);
        random.NextBytes(b);
        ushort factor = (ushort)random.Next(1, GaloisField.Order + 1);
        GaloisField.MakeTables(factor, tables);
        byte[] expectedA = [.. a], expectedB = [.. b];
        for (int group = 0; group < groups; group++)
        {
            for (int word = group * Butterfly.Group; word < (group * Butterfly.Group) + Butterfly.GroupWords; word++)
            {
                ushort x = Word(a, word), y = Word(b, word);
                y ^= before ? x : (ushort)0;
                x ^= GaloisField.Multiply(factor, y);
                y ^= after ? x : (ushort)0;
                Set(expectedA, word, x);
                Set(expectedB, word, y);
            }
        }

        switch (width)
        {
            case "wide": Butterfly.StepWide(tables, a, b, before, after); break;
            case "narrow": Butterfly.StepNarrow(tables, a, b, before, after); break;
            default: Butterfly.StepBytes(tables, a, b, before, after); break;
        }

        Assert.Equal(expectedA, a);
        Assert.Equal(expectedB, b);
    }

    private static ushort Word(byte[] bytes, int at) => (ushort)(bytes[at] | (bytes[at + Butterfly.GroupWords] << 8));

    private static void Set(byte[] bytes, int at, ushort word)
    {
        bytes[at] = (byte)word;
        bytes[at + Butterfly.GroupWords] = (byte)(word >> 8);
    }
}
