using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Backshift.Repository.Parity;

/// <summary>
/// Some columns of a power of two of rows, for a transform. They are kept in slices that fit into the cache of a processor: rows that are a power of two of
/// bytes apart would push each other out of it.
/// </summary>
internal sealed class RowArea
{
    private const int AreaLimit = 4 << 20;
    private const int SliceLimit = 256 << 10;

    private readonly byte[] bytes;
    private readonly int count;
    private readonly int sliceGroups;

    /// <param name="count">The number of rows, a power of two.</param>
    /// <param name="rowLength">Length of a row in bytes, a multiple of that of a group.</param>
    internal RowArea(int count, int rowLength)
    {
        this.count = count;
        int all = rowLength / Butterfly.Group;
        Groups = Math.Clamp(AreaLimit / Butterfly.Group / count, 1, all);
        sliceGroups = Math.Clamp(SliceLimit / Butterfly.Group / count, 1, Groups);
        Passes = (all + Groups - 1) / Groups;
        bytes = new byte[count * Groups * Butterfly.Group];
    }

    /// <summary>Groups of a row that it holds at once.</summary>
    internal int Groups { get; }

    /// <summary>How often it is filled for all columns.</summary>
    internal int Passes { get; }

    internal void Clear() => bytes.AsSpan().Clear();

    /// <summary>Sets all columns of a row that it holds to zeros.</summary>
    internal void Clear(int number)
    {
        for (int group = 0; group < Groups; group++)
        {
            At(number, group).Clear();
        }
    }

    /// <summary>Takes the columns of a pass from a row.</summary>
    internal void Load(int number, ReadOnlySpan<byte> row, int pass)
    {
        int half = row.Length / 2, end = Math.Min(Groups, (half / Butterfly.GroupWords) - (pass * Groups));
        for (int group = 0; group < end; group++)
        {
            int word = ((pass * Groups) + group) * Butterfly.GroupWords;
            Span<byte> target = At(number, group);
            row.Slice(word, Butterfly.GroupWords).CopyTo(target);
            row.Slice(half + word, Butterfly.GroupWords).CopyTo(target[Butterfly.GroupWords..]);
        }
    }

    /// <summary>Puts the columns of a pass into a row.</summary>
    internal void Store(int number, Span<byte> row, int pass)
    {
        int half = row.Length / 2, end = Math.Min(Groups, (half / Butterfly.GroupWords) - (pass * Groups));
        for (int group = 0; group < end; group++)
        {
            int word = ((pass * Groups) + group) * Butterfly.GroupWords;
            ReadOnlySpan<byte> source = At(number, group);
            source[..Butterfly.GroupWords].CopyTo(row[word..]);
            source[Butterfly.GroupWords..].CopyTo(row[(half + word)..]);
        }
    }

    /// <summary>Multiplies a row by a factor.</summary>
    internal void Scale(int number, ushort factor)
    {
        Span<byte> tables = stackalloc byte[GaloisField.TablesLength], product = stackalloc byte[Butterfly.Group];
        GaloisField.MakeTables(factor, tables);
        for (int group = 0; group < Groups; group++)
        {
            Span<byte> target = At(number, group);
            product.Clear();
            Butterfly.Step(tables, product, target, before: false, after: false);
            product.CopyTo(target);
        }
    }

    /// <summary>Adds another area of the same size.</summary>
    internal void Add(RowArea other)
    {
        Span<Vector256<byte>> to = MemoryMarshal.Cast<byte, Vector256<byte>>(bytes.AsSpan());
        ReadOnlySpan<Vector256<byte>> from = MemoryMarshal.Cast<byte, Vector256<byte>>(other.bytes);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] ^= from[i];
        }
    }

    internal void CopyFrom(RowArea other) => other.bytes.CopyTo(bytes, 0);

    internal void Interpolate(int shift)
    {
        for (int first = 0; first < Groups; first += sliceGroups)
        {
            AdditiveTransform.Interpolate(Slice(first), count, shift);
        }
    }

    internal void Evaluate(int shift)
    {
        for (int first = 0; first < Groups; first += sliceGroups)
        {
            AdditiveTransform.Evaluate(Slice(first), count, shift);
        }
    }

    private Span<byte> Slice(int first) =>
        bytes.AsSpan(first * count * Butterfly.Group, Math.Min(sliceGroups, Groups - first) * count * Butterfly.Group);

    private Span<byte> At(int number, int group)
    {
        int first = group / sliceGroups * sliceGroups, width = Math.Min(sliceGroups, Groups - first);
        return bytes.AsSpan(((first * count) + (number * width) + group - first) * Butterfly.Group, Butterfly.Group);
    }
}
