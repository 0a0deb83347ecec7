using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Tar.Tests;

public sealed class TransformationTests
{
    private static byte[] Change(ReadOnlySpan<byte> expression, ReadOnlySpan<byte> name, NameScope of = NameScope.Entries)
    {
        string text = NameText.Of(name);
        TransformationText.Parse([new BytePath(expression)]).ForEach(each => text = each.Apply(text, of));
        return NameText.ToBytes(text);
    }

    private static string Change(string expression, string name, NameScope of = NameScope.Entries) =>
        Encoding.UTF8.GetString(Change(Encoding.UTF8.GetBytes(expression), Encoding.UTF8.GetBytes(name), of));

    [Theory]
    [InlineData("s,a,b,", "aaa", "baa")]
    [InlineData("s,a,b,g", "aaa", "bbb")]
    [InlineData("s,a,b,2", "aaa", "aba")]
    [InlineData("s,a,b,2g", "aaa", "abb")]
    [InlineData("s/x*/-/g", "abc", "-a-b-c-")]
    [InlineData("s/a*/x/g", "baaac", "xbxcx")]
    [InlineData("s/a/b/;s/b/c/", "a", "c")]
    [InlineData("s/a/b/;", "a", "b")]
    [InlineData("s/^*a/x/", "*a", "x")]
    [InlineData("s/*a/x/", "*a", "x")]
    [InlineData("s/a^b$c/x/", "a^b$c", "x")]
    [InlineData("s/a+/x/", "aa+", "ax")]
    [InlineData("s/a\\+/x/", "aa+", "x+")]
    [InlineData("s/a+/x/x", "aa+", "x+")]
    [InlineData("s/a|b/x/g", "ab|a|b", "ab|x")]
    [InlineData("s/a\\|b/x/g", "ab|", "xx|")]
    [InlineData("s/a{2}/x/x", "aaa", "xa")]
    [InlineData("s/a\\{,2\\}b/x/", "aaab", "ax")]
    [InlineData("s/(a*)*/<\\1>/x", "aab", "<>b")]
    [InlineData("s/a**/x/", "aab", "xb")]
    [InlineData("s/a*?b/x/x", "aab", "x")]
    [InlineData("s/a)/x/x", "a)", "x")]
    [InlineData("s/\\(.\\)\\1/<\\1>/", "abba", "a<b>a")]
    [InlineData("s/[]a]/x/g", "]ab", "xxb")]
    [InlineData("s/[^]a]/x/g", "]ab", "]ax")]
    [InlineData("s/[\\n]/x/g", "\\n\n", "xx\n")]
    [InlineData("s/[[:digit:][:upper:]_]/x/g", "aB3_", "axxx")]
    [InlineData("s/[[.-.]a]/x/g", "a-b", "xxb")]
    [InlineData("s/$/x/", "a\n", "a\nx")]
    [InlineData("s/a.b/x/", "a\nb", "x")]
    [InlineData("s/A/x/i", "ba", "bx")]
    [InlineData("s/[A-C]/x/ig", "abcd", "xxxd")]
    [InlineData("s/.*/\\U&/", "aé", "Aé")]
    [InlineData("s/\\(a\\)\\(b*\\)/\\u\\1\\U\\2x\\Ey/", "abb", "ABBXy")]
    [InlineData("s/\\(x*\\)b/\\u\\1abc/", "b", "Abc")]
    [InlineData("s/.*/\\L\\u&/", "ABC", "Abc")]
    [InlineData("s,/,\\,,", "a/b", "a,b")]
    [InlineData("s/a/\\q\\t\\\\\\&/", "a", "\\q\t\\&")]
    [InlineData("s/a/\\0\\0/", "a", "aa")]
    public void A_name_is_changed_as_sed_changes_it(string expression, string name, string changed) => Assert.Equal(changed, Change(expression, name));

    [Fact]
    public void Bytes_that_are_no_text_are_matched_and_kept()
    {
        Assert.Equal((byte[])[0xFE, (byte)'x', 0xFF], Change([(byte)'s', (byte)',', 0x80, (byte)',', (byte)'x', (byte)','], [0xFE, 0x80, 0xFF]));
        Assert.Equal((byte[])[(byte)'-', (byte)'-', (byte)'a'], Change("s/[^[:alnum:]]/-/g"u8, [0xC3, 0xA9, (byte)'a']));
        Assert.Equal((byte[])[0xE9], Change("s/x/y/i"u8, [0xE9]));
    }

    [Theory]
    [InlineData("s,a,b,", "bbb")]
    [InlineData("s,a,b,S", "bba")]
    [InlineData("s,a,b,H", "bab")]
    [InlineData("s,a,b,Rs", "abb")]
    [InlineData("flags=r;s,a,b,", "baa")]
    [InlineData("flags=r;s,a,b,h", "bba")]
    public void Flags_say_of_which_names_it_is(string expression, string changed) =>
        Assert.Equal(changed, Change(expression, "a") + Change(expression, "a", NameScope.Links) + Change(expression, "a", NameScope.SymbolicLinks));

    [Theory]
    [InlineData("")]
    [InlineData("x,a,b,")]
    [InlineData("s")]
    [InlineData("s,a,b")]
    [InlineData("s,a,b\\,")]
    [InlineData("s,a,b,k")]
    [InlineData("s,a,b,;;")]
    [InlineData("s,a,b,99999999999")]
    [InlineData("s,\\(a,b,")]
    [InlineData("s,a\\),b,")]
    [InlineData("s,a\\,b,;")]
    [InlineData("s,(a,b,x")]
    [InlineData("s,*a,b,x")]
    [InlineData("s,a{,b,x")]
    [InlineData("s,a{3;2},b,x")]
    [InlineData("s,a{1x},b,x")]
    [InlineData("s,[a,b,")]
    [InlineData("s,[[:no:]],b,")]
    [InlineData("s,[b-a],b,")]
    [InlineData("s,\\1,b,")]
    [InlineData("s,a,\\1,")]
    [InlineData("flags=q")]
    public void What_is_no_expression_is_refused(string expression) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<BackshiftException>(() => Change(expression, "a")).Code);

    [Fact]
    public void Many_stars_take_no_longer_than_the_name_is_long()
    {
        string name = new('a', 20_000);
        Assert.Equal(name, Change("s/\\(a*\\)*\\(a*\\)*\\(a*\\)*b/x/", name));
    }
}
