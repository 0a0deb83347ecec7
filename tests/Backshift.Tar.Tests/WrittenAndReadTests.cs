using System.Text;
using Backshift.Posix;
using CsCheck;

namespace Backshift.Tar.Tests;

/// <summary>What one half of the library writes, the other half reads.</summary>
public sealed class WrittenAndReadTests
{
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 200];

    [Fact]
    public void A_number_in_octal() =>
        Gen.Int[2, 12].SelectMany(static length => Gen.Long[0, TarNumber.OctalLimit(length)].Select(number => (length, number))).Sample(static sample =>
    {
        byte[] field = new byte[sample.length];
        TarNumber.WriteOctal(field, sample.number);
        Assert.True(TarNumber.TryRead(field, out long read));
        Assert.Equal(sample.number, read);
    });

    [Fact]
    public void A_number_in_binary() => Gen.Long.Sample(static number =>
    {
        byte[] field = new byte[12];
        TarNumber.WriteBinary(field, number);
        Assert.True(TarNumber.TryRead(field, out long read));
        Assert.Equal(number, read);
    });

    [Fact]
    public void A_time() => Gen.Select(Gen.Long, Gen.UInt[0, 999_999_999]).Sample(static (seconds, nanoseconds) =>
    {
        UnixTime time = new(seconds, nanoseconds);
        Assert.True(PaxTime.TryRead(Encoding.ASCII.GetBytes(PaxTime.Write(time)), out UnixTime read));
        Assert.Equal(time, read);
    });

    [Fact]
    public void The_name_of_an_attribute() => Bytes.Sample(static name => Assert.Equal(name, PaxEscapes.FromKey(PaxEscapes.ToKey(name))));

    [Fact]
    public void The_records_of_an_extended_header() => Gen.Select(Bytes, Bytes, Gen.Long[0, long.MaxValue]).Sample(static (path, attribute, size) =>
    {
        PaxRecords records = new();
        records.Add("path"u8, path);
        records.Add("size"u8, size);
        records.AddAttribute("user.a=b"u8, attribute);
        PaxHeader header = new();
        header.Add(records.Text);
        Assert.Empty(header.Notes);
        Assert.Equal(path, header.Path?.Bytes ?? []);
        Assert.Equal(size, header.Size);
        Assert.Equal(attribute, header.Attributes[BytePath.Of("user.a=b")]);
    });

    [Fact]
    public void A_header_block() => Gen.Select(Gen.Long[0, 0x1_FFFF_FFFF], Gen.Enum<TarFormat>()).Sample(static (size, format) =>
    {
        TarBlock block = new();
        block.SetText(TarField.Name, "some/name"u8);
        block.SetOctal(TarField.Size, size);
        TarHeader header = new(block.Seal('0', format));
        Assert.True(header.HasValidChecksum());
        Assert.Equal((BytePath.Of("some/name"), (byte)'0', size), (header.Name, header.Type, header.Number(TarField.Size)));
        Assert.Equal(format == TarFormat.Gnu, header.IsGnu);
        Assert.Equal(format != TarFormat.Gnu, header.IsPosix);
    });

    [Theory, InlineData(0), InlineData(1), InlineData(40), InlineData(1000)]
    public void A_sparse_map(int runs)
    {
        SparseMap map = new();
        for (int i = 0; i < runs; i++)
        {
            map.Add(i * 1_000_000_007L, 512 + i);
        }

        byte[] text = SparseMapLines.Write(map);
        Assert.Equal(0, text.Length % TarBlock.Size);
        SparseMapLines lines = new();
        SparseMap read = new();
        int blocks = 0;
        do
        {
            lines.Add(text.AsSpan(blocks++ * TarBlock.Size, TarBlock.Size));
        }
        while (!lines.TryRead(read));
        Assert.Equal(text.Length, blocks * TarBlock.Size);
        Assert.Equal(map.Runs, read.Runs);
    }
}
