namespace Backshift.Tools.Json;

/// <summary>The meaning of a JSON string as the value of a key; see bs-json(1), "MAPPING".</summary>
internal enum KeyMeaning
{
    /// <summary>The str that it is.</summary>
    Text,

    /// <summary>Bytes, which are its UTF-8.</summary>
    Name,

    /// <summary>Bytes in base64.</summary>
    Content,

    /// <summary>Bytes in hexadecimal.</summary>
    Digest,

    /// <summary>A time.</summary>
    Time,

    /// <summary>Does not occur; of an object the keys are bytes, which are their UTF-8, and the values are of the next kind.</summary>
    Attributes,

    /// <summary>Bytes, which are its UTF-8; written so only where one would want to read them.</summary>
    Attribute,
}
