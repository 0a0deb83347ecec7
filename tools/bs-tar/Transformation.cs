using System.Text;
using System.Text.RegularExpressions;
using Backshift.Records;

namespace Backshift.Tools.Tar;

/// <summary>One expression of --transform: s/from/to/flags.</summary>
internal sealed class Transformation
{
    // Only expressions with references to their own groups can take long: all others are matched in time that grows with the name alone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Regex expression;
    private readonly Replacement replacement;
    private readonly NameScope scope;
    private readonly bool everywhere;
    private readonly int number;

    /// <param name="expression">The expression to match.</param>
    /// <param name="replacement">The replacement.</param>
    /// <param name="scope">In which names.</param>
    /// <param name="everywhere">Whether all matches are replaced, not one.</param>
    /// <param name="number">The first that is, from 1.</param>
    internal Transformation(Regex expression, Replacement replacement, NameScope scope, bool everywhere, int number)
    {
        this.expression = expression;
        this.replacement = replacement;
        this.scope = scope;
        this.everywhere = everywhere;
        this.number = number;
    }

    /// <summary>Makes the regular expression.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static Regex Compile(PosixExpression expression, bool ignoreCase)
    {
        // The compiled form would need code made at run time, which native programs cannot.
        RegexOptions options = RegexOptions.CultureInvariant | RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase : 0);
        try
        {
            return expression.NeedsBacktracking ? new Regex(expression.Translated, options, Patience)
                : new Regex(expression.Translated, options | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"it is too large: {e.Message}", e);
        }
    }

    /// <summary>A name as it is after the transformation.</summary>
    /// <exception cref="BackshiftException">It takes too long.</exception>
    internal string Apply(string name, NameScope of)
    {
        if ((scope & of) == 0)
        {
            return name;
        }

        try
        {
            Match match = expression.Match(name);
            return match.Success ? Replace(name, match) : name;
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new BackshiftException(ExitCode.Usage,
                $"--transform: an expression with references to its own groups takes too long for a name of {name.Length} bytes", cause: e);
        }
    }

    private string Replace(string name, Match match)
    {
        StringBuilder result = new(name.Length);
        int done = 0, end = -1;
        for (int count = 0; match.Success; match = match.NextMatch())
        {
            // As in sed, an empty match directly after a match does not count.
            if (match.Length == 0 && match.Index == end)
            {
                continue;
            }

            end = match.Index + match.Length;
            if (++count < number)
            {
                continue;
            }

            result.Append(name, done, match.Index - done);
            replacement.AppendTo(result, match);
            done = end;
            if (!everywhere)
            {
                break;
            }
        }

        return result.Append(name, done, name.Length - done).ToString();
    }
}
