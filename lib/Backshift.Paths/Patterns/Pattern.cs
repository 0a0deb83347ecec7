using Backshift.Records;

namespace Backshift.Paths.Patterns;

/// <summary>
/// One pattern of --exclude or --include, see bs-walk(1), "PATTERNS". It is run as a set of states, one bit each, that all advance with every byte
/// (Baeza-Yates and Gonnet's shift-and): no pattern, however many stars it has, takes more than a step a byte for every 64 bytes of it.
/// </summary>
internal sealed class Pattern
{
    private readonly bool anchored;
    private readonly bool directoriesOnly;

    /// <summary>The name or path itself where the pattern has no special bytes.</summary>
    private readonly byte[]? literal;

    private readonly int words;
    private readonly int last;

    /// <summary>For each byte, the states that it moves on to the next.</summary>
    private readonly ulong[] accept;

    /// <summary>States that stay on any byte, and on any byte but '/'.</summary>
    private readonly ulong[] stayOnSlash;
    private readonly ulong[] stayOnOther;

    /// <summary>States that may be passed over at any time (stars), and those that may be passed over only when they are come to ("**/").</summary>
    private readonly ulong[] pass;
    private readonly ulong[] passOnEntry;

    /// <exception cref="BackshiftException">It is no pattern.</exception>
    internal Pattern(ReadOnlySpan<byte> text)
    {
        List<Step> steps = PatternText.Parse(text, out anchored, out directoriesOnly);
        last = steps.Count;
        words = (last / 64) + 1;
        literal = steps.TrueForAll(static step => step.IsOneByte) ? [.. steps.ConvertAll(static step => step.First)] : null;
        accept = literal is null ? new ulong[256 * words] : [];
        stayOnSlash = new ulong[words];
        stayOnOther = new ulong[words];
        pass = new ulong[words];
        passOnEntry = new ulong[words];
        if (literal is not null)
        {
            return;
        }

        for (int state = 0; state < steps.Count; state++)
        {
            Add(steps[state], state / 64, 1UL << (state % 64));
        }
    }

    /// <summary>Whether the pattern matches.</summary>
    /// <param name="path">A kept path.</param>
    /// <param name="directory">Whether it is that of a directory.</param>
    internal bool Matches(ReadOnlySpan<byte> path, bool directory)
    {
        if (directoriesOnly && !directory)
        {
            return false;
        }

        ReadOnlySpan<byte> subject = anchored ? path : path[(path.LastIndexOf((byte)'/') + 1)..];
        return literal is not null ? subject.SequenceEqual(literal) : Run(subject);
    }

    private bool Run(ReadOnlySpan<byte> subject)
    {
        Span<ulong> states = words <= 16 ? stackalloc ulong[words] : new ulong[words];
        states[0] = 1 | (((pass[0] | passOnEntry[0]) & 1) << 1);
        if ((states[0] & passOnEntry[0] & 1) != 0)
        {
            // Behind a leading "**/" there may be a star, which may be passed over too.
            states[0] |= (states[0] & pass[0]) << 1;
        }

        foreach (byte b in subject)
        {
            ReadOnlySpan<ulong> moving = accept.AsSpan(b * words, words);
            ReadOnlySpan<ulong> staying = b == (byte)'/' ? stayOnSlash : stayOnOther;
            ulong movedCarry = 0, entryCarry = 0, passCarry = 0, any = 0;
            for (int w = 0; w < states.Length; w++)
            {
                ulong now = states[w];
                ulong moves = now & moving[w];
                ulong next = (moves << 1) | movedCarry;
                movedCarry = moves >> 63;
                ulong entered = next & passOnEntry[w];
                next |= (entered << 1) | entryCarry | (now & staying[w]);
                entryCarry = entered >> 63;
                ulong passed = next & pass[w];
                next |= (passed << 1) | passCarry;
                passCarry = passed >> 63;
                states[w] = next;
                any |= next;
            }

            if (any == 0)
            {
                return false;
            }
        }

        return (states[last / 64] >> (last % 64) & 1) != 0;
    }

    private void Add(Step step, int word, ulong bit)
    {
        switch (step.Kind)
        {
            case StepKind.Bytes:
                for (int b = 0; b < 256; b++)
                {
                    accept[(b * words) + word] |= step.Contains((byte)b) ? bit : 0;
                }

                break;
            case StepKind.Star:
                stayOnOther[word] |= bit;
                pass[word] |= bit;
                break;
            case StepKind.StarStar:
                stayOnOther[word] |= bit;
                stayOnSlash[word] |= bit;
                pass[word] |= bit;
                break;
            case StepKind.Directories:
                stayOnOther[word] |= bit;
                stayOnSlash[word] |= bit;
                passOnEntry[word] |= bit;
                accept[('/' * words) + word] |= bit;
                break;
        }
    }
}
