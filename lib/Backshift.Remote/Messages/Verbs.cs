using System.Text;

namespace Backshift.Remote.Messages;

/// <summary>The words for requests.</summary>
internal static class Verbs
{
    private static readonly byte[][] Words =
        [.. Enum.GetValues<Verb>().Select(static verb => Encoding.ASCII.GetBytes(verb.ToString().ToLowerInvariant()))];

    /// <summary>How it is written.</summary>
    internal static ReadOnlySpan<byte> Word(Verb verb) => Words[(int)verb];

    /// <summary>What a word means.</summary>
    internal static Verb Of(ReadOnlySpan<byte> word)
    {
        for (int i = (int)Verb.Unknown + 1; i < Words.Length; i++)
        {
            if (word.SequenceEqual(Words[i]))
            {
                return (Verb)i;
            }
        }

        return Verb.Unknown;
    }
}
