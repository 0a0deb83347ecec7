using Backshift.Objects;
using Backshift.Repository.Parity;

namespace Backshift.Repository.Tests;

/// <summary>Bytes that are damaged as a disk damages them: which parity restores, and which it does not.</summary>
public sealed class HealedPackTests : IDisposable
{
    private static readonly ObjectName Name = ObjectName.Random();
    private readonly ScratchRepository repository = new();
    private readonly Random random = new(7);

    public static TheoryData<int, int> Shapes => new()
    {
        { 1, 5 }, { 4096, 5 }, { 4097, 5 }, { 50_000, 5 }, { 1_000_000, 5 }, { 1_000_000, 1 }, { 1_000_000, 30 }, { 300_001, 100 }, { 3_300_000, 5 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void As_many_rows_as_there_is_parity_may_be_damaged_wherever_they_are(int length, int percent)
    {
        byte[] pack = Protect(length, percent);
        ParitySegment segment = new ParityShape(length, percent).Segment(0);
        byte[] damaged = [.. pack];
        foreach (int row in Enumerable.Range(0, segment.Rows).OrderBy(_ => random.Next()).Take(segment.Parity))
        {
            Spoil(damaged, row);
        }

        Assert.Equal(pack, Read(damaged));
    }

    [Theory]
    [InlineData(40_000_000, 5)]
    [InlineData(37_748_736, 100)]
    [Trait("Length", "long")]
    public void So_it_is_in_a_whole_segment(int length, int percent) => As_many_rows_as_there_is_parity_may_be_damaged_wherever_they_are(length, percent);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rows_of_the_pack_and_of_its_parity_may_be_damaged_together(int length, int percent)
    {
        byte[] pack = Protect(length, percent);
        ParitySegment segment = new ParityShape(length, percent).Segment(0);
        byte[] damaged = [.. pack], parity = File.ReadAllBytes(repository.At(ObjectPath.Parity(Name)));
        foreach (int row in Enumerable.Range(0, segment.Rows + segment.Parity).OrderBy(_ => random.Next()).Take(segment.Parity))
        {
            if (row < segment.Rows)
            {
                Spoil(damaged, row);
            }
            else
            {
                Spoil(parity, (int)(segment.ParityOffset(row - segment.Rows) / ParityShape.Row));
            }
        }

        // And all but as many table rows as the checksums take.
        foreach (int table in Enumerable.Range(0, segment.AllTables).OrderBy(_ => random.Next()).Take(segment.Tables + 1))
        {
            parity.AsSpan((int)segment.TableOffset(table) + 200, 50).Fill(0xAA);
        }

        File.WriteAllBytes(repository.At(ObjectPath.Parity(Name)), parity);
        Assert.Equal(pack, Read(damaged));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public void A_gap_of_as_many_rows_is_healed_and_a_row_more_is_not(int percent)
    {
        byte[] pack = Protect(2_000_000, percent);
        int rows = new ParityShape(pack.Length, percent).Segment(0).Parity;
        byte[] damaged = [.. pack];
        damaged.AsSpan(10 * ParityShape.Row, rows * ParityShape.Row).Clear();
        Assert.Equal(pack, Read(damaged));
        damaged.AsSpan(10 * ParityShape.Row, (rows + 1) * ParityShape.Row).Clear();
        Assert.Equal(damaged, Read(damaged));
    }

    [Fact]
    public void What_was_cut_off_comes_back_and_what_was_added_is_left_away()
    {
        byte[] pack = Protect(1_000_000, 5);
        Assert.Equal(pack, Read(pack[..^30_000]));
        Assert.Equal(pack, Read([.. pack, 1, 2, 3]));
    }

    [Fact]
    public void Damage_to_the_parity_itself_costs_the_rows_that_it_hits()
    {
        byte[] pack = Protect(1_000_000, 5);
        string file = repository.At(ObjectPath.Parity(Name));
        byte[] parity = File.ReadAllBytes(file);
        ParitySegment segment = new ParityShape(pack.Length, 5).Segment(0);

        // The first table row, and of the parity all rows but one.
        parity.AsSpan(0, ParityShape.Row).Clear();
        for (int i = 1; i < segment.Parity; i++)
        {
            parity.AsSpan((int)segment.ParityOffset(i), 7).Fill(0xAA);
        }

        File.WriteAllBytes(file, parity);
        byte[] damaged = [.. pack];
        Spoil(damaged, 0);
        Assert.Equal(pack, Read(damaged));
    }

    [Fact]
    [Trait("Length", "long")]
    public void The_length_of_a_parity_object_is_the_one_that_its_shape_tells()
    {
        foreach (int length in (int[])[1, 4096, 820_000, 37_748_736, 37_748_737, 80_000_000])
        {
            Protect(length, 1);
            Assert.Equal(new ParityShape(length, 1).ObjectLength, new FileInfo(repository.At(ObjectPath.Parity(Name))).Length);
            using ParityReader parity = ParityReader.TryOpen(repository.Directory.Store, Name)!;
            Assert.Null(parity.FindFault(CancellationToken.None));
        }
    }

    [Fact]
    [Trait("Length", "long")]
    public void Every_segment_of_a_long_pack_is_healed_by_itself()
    {
        byte[] pack = Protect(2 * 9216 * ParityShape.Row + 5000, 2);
        byte[] damaged = [.. pack];
        for (int row = 0; row < pack.Length / ParityShape.Row; row += 2000)
        {
            Spoil(damaged, row);
        }

        Assert.Equal(pack, Read(damaged));
    }

    [Fact]
    public void Any_byte_of_it_that_changes_is_found()
    {
        Protect(20_000, 5);
        string file = repository.At(ObjectPath.Parity(Name));
        byte[] parity = File.ReadAllBytes(file);
        for (int at = 0; at < parity.Length; at += at < 400 || at > parity.Length - 400 ? 1 : 97)
        {
            byte[] changed = [.. parity];
            changed[at] ^= 0x10;
            File.WriteAllBytes(file, changed);
            using ParityReader? opened = ParityReader.TryOpen(repository.Directory.Store, Name);
            Assert.NotNull(opened!.FindFault(CancellationToken.None));
        }

        File.WriteAllBytes(file, parity[..^1]);
        using ParityReader shorter = ParityReader.TryOpen(repository.Directory.Store, Name)!;
        Assert.Contains("bytes long", shorter.FindFault(CancellationToken.None), StringComparison.Ordinal);
    }

    public void Dispose() => repository.Dispose();

    private static Span<byte> Row(byte[] bytes, int row) =>
        bytes.AsSpan(row * ParityShape.Row, Math.Min(ParityShape.Row, bytes.Length - (row * ParityShape.Row)));

    private void Spoil(byte[] bytes, int row)
    {
        if (row * ParityShape.Row < bytes.Length)
        {
            Span<byte> of = Row(bytes, row);
            of[random.Next(of.Length)] ^= (byte)(1 << random.Next(8));
        }
    }

    private byte[] Protect(int length, int percent)
    {
        byte[] pack = new byte[length];
        random.NextBytes(pack);
        repository.Put(ObjectPath.Pack(Name), pack);
        repository.Directory.Store.Delete(ObjectPath.Parity(Name));
        using IStoredObject stored = repository.Directory.Store.TryOpen(ObjectPath.Pack(Name), ObjectEnd.Head, [], out _)!;
        Assert.NotEqual(0, new ParityWriter(stored, Name, percent).Publish(repository.Directory.Store, CancellationToken.None));
        return pack;
    }

    private byte[] Read(byte[] damaged)
    {
        repository.Put(ObjectPath.Pack(Name), damaged);
        using IStoredObject stored = repository.Directory.Store.TryOpen(ObjectPath.Pack(Name), ObjectEnd.Head, [], out _)!;
        using HealedPack healed = HealedPack.TryOpen(repository.Directory.Store, Name, stored)!;
        byte[] read = new byte[healed.Length];

        // In pieces that have nothing to do with rows.
        for (int at = 0; at < read.Length; at += 70_001)
        {
            Span<byte> piece = read.AsSpan(at, Math.Min(70_001, read.Length - at));
            Assert.Equal(piece.Length, healed.ReadAt(piece, at));
        }

        return read;
    }
}
