namespace Backshift.Scale.Counting;

/// <summary>Kinds of requests, as services charge them.</summary>
internal enum RequestKind
{
    /// <summary>An object, or a range of it.</summary>
    Get,

    /// <summary>What the service knows of an object.</summary>
    Head,

    /// <summary>A page of a listing, of up to a thousand names.</summary>
    List,

    /// <summary>A whole object, a part of one, or the beginning or the end of such a one.</summary>
    Put,

    /// <summary>An object is deleted.</summary>
    Delete,
}
