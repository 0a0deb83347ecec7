namespace Backshift.Records;

/// <summary>What the first byte of a MessagePack value says about its form: the one table by which values are measured.</summary>
internal readonly struct ValueForm
{
    // Below 0x20 a body of so many bytes; from there on a container of so many values. From 0x40 on a number of 1, 2 or 4 bytes follows, which is the length
    // of a body (4.), of the body of an extension without its type (5.), the number of values (6.) or of pairs (7.).
    private const byte FirstFixed = 0x20;
    private const byte Unused = 0x40;
    private const byte FirstCounted = 0x60;

    private readonly byte bits;

    private ValueForm(byte bits) => this.bits = bits;

    // The codes from 0x80 to 0xdf; all others are small integers.
    private static ReadOnlySpan<byte> Forms =>
    [
        0x20, 0x22, 0x24, 0x26, 0x28, 0x2a, 0x2c, 0x2e, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x3c, 0x3e,
        0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
        0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
        0x00, 0x40, 0x00, 0x00, 0x41, 0x42, 0x44, 0x51, 0x52, 0x54, 0x04, 0x08, 0x01, 0x02, 0x04, 0x08,
        0x01, 0x02, 0x04, 0x08, 0x02, 0x03, 0x05, 0x09, 0x11, 0x41, 0x42, 0x44, 0x62, 0x64, 0x72, 0x74,
    ];

    internal static ValueForm Of(byte code) => new(code is >= 0x80 and <= 0xdf ? Forms[code - 0x80] : (byte)0);

    /// <summary>Whether MessagePack defines the byte.</summary>
    internal bool IsUsed => bits != Unused;

    /// <summary>Whether the value is the byte and a body of <see cref="Length"/>.</summary>
    internal bool IsPlain => bits < FirstFixed;

    /// <summary>The length of the body of a plain value.</summary>
    internal int Length => bits;

    /// <summary>Whether it is a map or an array.</summary>
    internal bool IsContainer => bits is (>= FirstFixed and < Unused) or >= FirstCounted;

    /// <summary>How many bytes of a number follow.</summary>
    internal int NumberSize => bits < Unused ? 0 : bits & 7;

    /// <summary>Number of values in a container.</summary>
    /// <param name="number">The number that follows, if one does.</param>
    internal long Inner(uint number) => bits < Unused ? bits - FirstFixed : (long)number << ((bits >> 4) - 6);

    /// <summary>Number of bytes that follow in a value that is not a container.</summary>
    /// <param name="number">The number that follows, if one does.</param>
    internal long Body(uint number) => IsPlain ? Length : number + (bits >> 4 == 5 ? 1L : 0);
}
