using System.Text;
using Backshift.Records;
using CsCheck;
using Backshift.Paths.Patterns;

namespace Backshift.Paths.Tests;

[Trait("Length", "long")]
public sealed class PatternTests
{
    [Theory]
    [InlineData("core", "core", true)]
    [InlineData("core", "a/b/core", true)]
    [InlineData("core", "a/core/b", false)]
    [InlineData("core", "score", false)]
    [InlineData("*.o", "a/b.o", true)]
    [InlineData("*.o", ".o", true)]
    [InlineData("*.o", "a.o/b", false)]
    [InlineData("*", "any", true)]
    [InlineData("a*b*c", "a/axxbyyc", true)]
    [InlineData("a*b*c", "axxbyycd", false)]
    [InlineData("?", "x", true)]
    [InlineData("?", "xy", false)]
    [InlineData("[a-cx]", "b", true)]
    [InlineData("[a-cx]", "x", true)]
    [InlineData("[a-cx]", "d", false)]
    [InlineData("[!a-c]", "d", true)]
    [InlineData("[^a-c]", "a", false)]
    [InlineData("[]]", "]", true)]
    [InlineData("[]-a]", "_", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("\\[x]", "[x]", true)]
    [InlineData("**", "a/b/c", true)]
    public void A_pattern_without_a_slash_matches_the_last_component(string pattern, string path, bool matches) => Check(pattern, path, matches);

    [Theory]
    [InlineData("/core", "core", true)]
    [InlineData("/core", "a/core", false)]
    [InlineData("./core", "core", true)]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "x/a/b", false)]
    [InlineData("a/*", "a/b", true)]
    [InlineData("a/*", "a/b/c", false)]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("a/*/c", "a/c", false)]
    [InlineData("a/?", "a//", false)]
    [InlineData("a[!b]c/d", "a/c/d", false)]
    [InlineData("/home/*/.cache", "home/u/.cache", true)]
    public void A_pattern_with_a_slash_matches_the_whole_path(string pattern, string path, bool matches) => Check(pattern, path, matches);

    [Theory]
    [InlineData("**/x", "x", true)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("**/x", "a/bx", false)]
    [InlineData("**/**/x", "x", true)]
    [InlineData("**/*", "x", true)]
    [InlineData("**/*x", "ab/x", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/xb", false)]
    [InlineData("a/**/b", "ab", false)]
    [InlineData("a/**", "a/x/y", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**/*.c", "a/x.c", true)]
    [InlineData("a/**/*.c", "a/b/c/x.c", true)]
    [InlineData("a**b/c", "axx/yyb/c", true)]
    [InlineData("a/***/b", "a/b", false)]
    [InlineData("a/***/b", "a/x/y/b", true)]
    public void Two_stars_cross_slashes(string pattern, string path, bool matches) => Check(pattern, path, matches);

    [Fact]
    public void A_slash_at_the_end_matches_directories_only()
    {
        Pattern pattern = new("build/"u8);
        Assert.True(pattern.Matches("a/build"u8, directory: true));
        Assert.False(pattern.Matches("a/build"u8, directory: false));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_match_as_they_are()
    {
        Pattern pattern = new([(byte)'*', 0xFF, (byte)'[', 0x80, (byte)'-', 0x90, (byte)']']);
        Assert.True(pattern.Matches([1, 0xFF, 0x85], directory: false));
        Assert.False(pattern.Matches([1, 0xFF, 0x95], directory: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("./")]
    [InlineData("[")]
    [InlineData("[a")]
    [InlineData("[]")]
    [InlineData("[a-")]
    [InlineData("[z-a]")]
    [InlineData("[[:alpha:]]")]
    [InlineData("x\\")]
    public void What_is_no_pattern_is_refused(string pattern) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<BackshiftException>(() => new Pattern(Encoding.UTF8.GetBytes(pattern))).Code);

    [Fact]
    public void Every_pattern_matches_what_the_plain_definition_says() =>
        Gen.Select(Gen.Char["ab/*?"].Array[1, 12], Gen.Char["ab/"].Array[1, 12]).Sample(
            static (text, subject) =>
            {
                string pattern = "/x" + new string(text).TrimEnd('/') + "x", path = "x" + new string(subject) + "x";
                return new Pattern(Encoding.ASCII.GetBytes(pattern))
                    .Matches(Encoding.ASCII.GetBytes(path), false) == Plain(pattern.AsSpan(1), path, start: true);
            },
            iter: 200_000,
            seed: "0N0XIzNsQ0O2");

    [Fact]
    public void A_pattern_longer_than_a_word_of_states_matches()
    {
        string tail = new('y', 200);
        Check("/x/**/*" + tail + "/*z", "x/a/b/q" + tail + "/zz", true);
        Check("/x/**/*" + tail + "/*z", "x/a/b/q" + tail + "y/z", true);
        Check("/x/**/*" + tail + "/*z", "x/a/b/q" + tail[1..] + "/z", false);
        for (int length = 55; length < 75; length++)
        {
            string pad = new('p', length);
            Check($"/{pad}/**/*z", $"{pad}/a/bz", true);
            Check($"/{pad}/**/*z", $"{pad}/z", true);
            Check($"/{pad}*", pad, true);
        }
    }

    [Fact]
    public void A_pattern_of_many_stars_ends_soon()
    {
        string pattern = "/" + string.Concat(Enumerable.Repeat("**a*", 40)) + "b";
        Check(pattern, string.Concat(Enumerable.Repeat("aaaaaaaa/", 5000)) + "a", false);
    }

    private static void Check(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new Pattern(Encoding.UTF8.GetBytes(pattern)).Matches(Encoding.UTF8.GetBytes(path), directory: false));

    /// <summary>The definition of bs-walk(1), by trying everything.</summary>
    private static bool Plain(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path, bool start)
    {
        if (pattern.IsEmpty)
        {
            return path.IsEmpty;
        }

        if (start && pattern.StartsWith("**/") && !pattern.StartsWith("***"))
        {
            for (int i = 0; i <= path.Length; i++)
            {
                if ((i == 0 || path[i - 1] == '/') && Plain(pattern[3..], path[i..], start: true))
                {
                    return true;
                }
            }

            return false;
        }

        if (pattern[0] == '*')
        {
            int stars = pattern.IndexOfAnyExcept('*');
            stars = stars < 0 ? pattern.Length : stars;
            for (int i = 0; i <= path.Length; i++)
            {
                if (Plain(pattern[stars..], path[i..], start: false))
                {
                    return true;
                }

                if (i < path.Length && path[i] == '/' && stars == 1)
                {
                    return false;
                }
            }

            return false;
        }

        return !path.IsEmpty && (pattern[0] == '?' ? path[0] != '/' : pattern[0] == path[0]) && Plain(pattern[1..], path[1..], pattern[0] == '/');
    }
}
