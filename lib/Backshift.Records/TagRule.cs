using System.Text;

namespace Backshift.Records;

/// <summary>What a tag of a saveset can be; see backshift-repository(5), "Savesets".</summary>
public static class TagRule
{
    /// <summary>Limit on the number of tags of one saveset.</summary>
    public const int CountLimit = 100;

    /// <summary>Limit on the length of a tag, in bytes of UTF-8.</summary>
    public const int LengthLimit = 255;

    /// <summary>Whether a saveset can have this tag.</summary>
    public static bool Allows(string tag) =>
        tag.Length > 0 && Encoding.UTF8.GetByteCount(tag) <= LengthLimit && !tag.Any(static c => char.IsControl(c) || c == ',');
}
