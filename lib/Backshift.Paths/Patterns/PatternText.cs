using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Paths.Patterns;

/// <summary>Reads the text of a pattern.</summary>
internal static class PatternText
{
    /// <param name="text">The pattern as it was given.</param>
    /// <param name="anchored">Whether it is to match a whole kept path, not only the last component.</param>
    /// <param name="directoriesOnly">Whether it matches directories alone.</param>
    /// <exception cref="BackshiftException">It is no pattern.</exception>
    internal static List<Step> Parse(ReadOnlySpan<byte> text, out bool anchored, out bool directoriesOnly)
    {
        ReadOnlySpan<byte> rest = text;
        directoriesOnly = rest.EndsWith("/"u8);
        rest = rest.TrimEnd((byte)'/');
        anchored = rest.Contains((byte)'/');
        rest = rest.StartsWith("./"u8) ? rest[2..] : rest;
        rest = rest.TrimStart((byte)'/');
        if (rest.IsEmpty || rest.SequenceEqual("."u8))
        {
            throw Wrong(text, "is empty");
        }

        List<Step> steps = [];
        bool componentStart = true;
        while (!rest.IsEmpty)
        {
            int taken = 1;
            switch (rest[0])
            {
                case (byte)'*':
                    int stars = rest.IndexOfAnyExcept((byte)'*');
                    stars = stars < 0 ? rest.Length : stars;
                    bool directories = stars == 2 && componentStart && rest.Length > 2 && rest[2] == (byte)'/';
                    taken = directories ? 3 : stars;
                    Step star = new(directories ? StepKind.Directories : stars == 1 ? StepKind.Star : StepKind.StarStar);
                    if (!directories || steps.Count == 0 || steps[^1].Kind != StepKind.Directories)
                    {
                        steps.Add(star);
                    }

                    componentStart = directories;
                    rest = rest[taken..];
                    continue;
                case (byte)'?':
                    steps.Add(new Step(StepKind.Bytes).Inverted().Without((byte)'/'));
                    break;
                case (byte)'[':
                    steps.Add(ReadSet(text, rest, out taken));
                    break;
                case (byte)'\\':
                    if (rest.Length == 1)
                    {
                        throw Wrong(text, "ends in a backslash");
                    }

                    steps.Add(Step.Of(rest[1]));
                    taken = 2;
                    break;
                default:
                    steps.Add(Step.Of(rest[0]));
                    break;
            }

            componentStart = rest[0] == (byte)'/';
            rest = rest[taken..];
        }

        return steps;
    }

    /// <summary>Reads "[a-z]", "[!a-z]" or "[^a-z]"; a "]" that comes first is a member.</summary>
    private static Step ReadSet(ReadOnlySpan<byte> text, ReadOnlySpan<byte> rest, out int taken)
    {
        Step set = new(StepKind.Bytes);
        int at = 1;
        bool inverted = at < rest.Length && rest[at] is (byte)'!' or (byte)'^';
        at += inverted ? 1 : 0;
        int first = at;
        while (true)
        {
            if (at < rest.Length && rest[at] == (byte)']' && at > first)
            {
                taken = at + 1;
                return (inverted ? set.Inverted() : set).Without((byte)'/');
            }

            if (rest[at..].StartsWith("[:"u8))
            {
                throw Wrong(text, "has an unknown character class");
            }

            byte low = ReadMember(text, rest, ref at);
            byte high = low;
            if (at + 1 < rest.Length && rest[at] == (byte)'-' && rest[at + 1] != (byte)']')
            {
                at++;
                high = ReadMember(text, rest, ref at);
            }

            if (high < low)
            {
                throw Wrong(text, "has a reversed range");
            }

            for (int b = low; b <= high; b++)
            {
                set = set.With((byte)b);
            }
        }
    }

    private static byte ReadMember(ReadOnlySpan<byte> text, ReadOnlySpan<byte> rest, ref int at)
    {
        at += at < rest.Length && rest[at] == (byte)'\\' ? 1 : 0;
        return at < rest.Length ? rest[at++] : throw Wrong(text, "has a bracket that is not closed");
    }

    private static BackshiftException Wrong(ReadOnlySpan<byte> text, string what) => new(ExitCode.Usage, $"pattern {Escaping.Display(text)} {what}");
}
