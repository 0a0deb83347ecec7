using CsCheck;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class ArgumentTextTests
{
    [Fact]
    public void Any_bytes_come_back_from_their_text() =>
        Gen.Byte.Array[0, 40].Sample(static bytes => ArgumentText.ToBytes(ArgumentText.FromBytes(bytes)).AsSpan().SequenceEqual(bytes), seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Two_different_byte_strings_have_different_texts() =>
        Gen.Select(Gen.Byte[0x70, 0xFF].Array[0, 4], Gen.Byte[0x70, 0xFF].Array[0, 4]).Sample(
            static (a, b) => a.AsSpan().SequenceEqual(b) == (ArgumentText.FromBytes(a) == ArgumentText.FromBytes(b)), seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Text_that_is_UTF8_stays_as_it_is() => Assert.Equal("häßlich 文 🦔", ArgumentText.FromBytes("häßlich 文 🦔"u8));

    [Fact]
    public void A_byte_that_is_not_UTF8_becomes_a_lone_surrogate() => Assert.Equal("a\uDCFFb", ArgumentText.FromBytes([(byte)'a', 0xFF, (byte)'b']));

    [Fact]
    public void Surrogates_encoded_in_UTF8_are_not_UTF8() => Assert.Equal("\uDCED\uDCA0\uDC80", ArgumentText.FromBytes([0xED, 0xA0, 0x80]));
}
