using System.Text.RegularExpressions;

namespace Backshift.Conventions.Tests;

/// <summary>Phrases that readers do not expect and do not search for, each with the usual word.</summary>
internal static partial class Wording
{
    private static readonly (Regex Pattern, string Instead)[] Phrases =
    [
        (HeldAgainst(), "verified, compared"),
        (ToldOf(), "reports, names"),
        (WithoutAWord(), "silently"),
        (Behind(), "after, concatenated"),
        (Default(), "(default: …)"),
        (Somebody(), "the caller, another process"),
        (OtherwiseThan(), "with other parameters"),
    ];

    /// <summary>What is wrong with a text; empty if nothing is.</summary>
    public static IEnumerable<string> Faults(string text) =>
        Phrases.Where(phrase => phrase.Pattern.IsMatch(text)).Select(phrase => $"\"{phrase.Pattern.Match(text).Value}\" in \"{text}\": write {phrase.Instead}");

    /// <summary>The same for a sentence, which must not begin with a free relative either: a sentence has a noun for its subject.</summary>
    public static IEnumerable<string> FaultsInSentence(string sentence) => FreeRelative().IsMatch(sentence)
        ? Faults(sentence).Append($"\"{sentence}\" begins with a free relative: write a noun")
        : Faults(sentence);

    [GeneratedRegex(@"\b(?:held|holds?) (?:\w+ )*against\b")]
    private static partial Regex HeldAgainst();

    [GeneratedRegex(@"\b(?:told|tells?|says?) of\b")]
    private static partial Regex ToldOf();

    [GeneratedRegex(@"\bwithout a word\b")]
    private static partial Regex WithoutAWord();

    [GeneratedRegex(@"\b(?:one behind the other|goes? on behind|behind (?:an?|the|it|its|them|this|that|those|blocks|bs-\w+|\d+))\b")]
    private static partial Regex Behind();

    [GeneratedRegex(@"\bwhich is the default\b|\bthis is the default\b|\belse \d|; else\b|\bif not given\b|\bwithout the option\b", RegexOptions.IgnoreCase)]
    private static partial Regex Default();

    [GeneratedRegex(@"\b(?:some|no)body\b", RegexOptions.IgnoreCase)]
    private static partial Regex Somebody();

    [GeneratedRegex(@"\botherwise than\b")]
    private static partial Regex OtherwiseThan();

    // A question and the title of an example ("What changed since:") may begin so.
    [GeneratedRegex(@"^(?:(?:What|Whatever|Who|Whoever)\b.*[.;]|That (?:an?|the|it|this|there|they|its|no|what)\b.*)$")]
    private static partial Regex FreeRelative();
}
