using System.Globalization;

namespace Backshift.Objects;

/// <summary>The names in the folder of intents; see backshift-repository(5), "Layout".</summary>
public static class IntentPath
{
    private const int Digits = 2 * ObjectName.Size;

    // Of a long.
    private const int NumberDigits = 18;

    /// <summary>Reads the name of an intent, ID~N, or of a fence, ID!.</summary>
    /// <param name="name">The name of a file.</param>
    /// <param name="id">The identity of the writer.</param>
    /// <param name="number">How often the intent was renewed, from 1; 0 for a fence.</param>
    public static bool TryParse(ReadOnlySpan<byte> name, out ObjectName id, out long number)
    {
        number = 0;
        id = default;
        if (name.Length <= Digits || !ObjectName.TryParse(name[..Digits], out id))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = name[Digits..];
        if (rest is [(byte)'!'])
        {
            return true;
        }

        return rest[0] == (byte)'~' && rest.Length is > 1 and <= NumberDigits + 1 && rest[1] != (byte)'0'
            && !rest[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9')
                && long.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
