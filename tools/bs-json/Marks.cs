namespace Backshift.Tools.Json;

/// <summary>
/// The single keys of the objects that stand for what JSON has no word for. A key of a stream that begins with "$" gets a second one, so that it is
/// never taken for one of these.
/// </summary>
internal static class Marks
{
    /// <summary>Bytes in base64.</summary>
    internal const string Bytes = "$bin";

    /// <summary>A str where a string would mean bytes.</summary>
    internal const string Text = "$str";

    /// <summary>A str that is not UTF-8, in base64.</summary>
    internal const string BrokenText = "$str64";

    /// <summary>An integer that a double does not hold.</summary>
    internal const string Integer = "$int";

    /// <summary>A floating-point number of 64 bits.</summary>
    internal const string Double = "$float";

    /// <summary>A floating-point number of 32 bits.</summary>
    internal const string Single = "$float32";

    /// <summary>A time where a string would mean something else.</summary>
    internal const string Time = "$time";

    /// <summary>An extension: an array of its type and its bytes in base64.</summary>
    internal const string Extension = "$ext";

    /// <summary>A map that is no JSON object: an array of pairs.</summary>
    internal const string Map = "$map";

    /// <summary>The largest integer up to which jq(1) and JavaScript tell all integers apart.</summary>
    internal const long LargestNumber = (1L << 53) - 1;
}
