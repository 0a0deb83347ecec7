namespace Backshift.Tools.Json;

/// <summary>The keys of a record, of whatever kind, whose strings are not str. Deeper down and for every other key a string is a str.</summary>
internal static class KeyMeanings
{
    internal static KeyMeaning Of(ReadOnlySpan<byte> key) => key switch
    {
        _ when key.SequenceEqual("path"u8) || key.SequenceEqual("target"u8) || key.SequenceEqual("source"u8) => KeyMeaning.Name,
        _ when key.SequenceEqual("bytes"u8) => KeyMeaning.Content,
        _ when key.SequenceEqual("digest"u8) || key.SequenceEqual("id"u8) || key.SequenceEqual("save"u8) => KeyMeaning.Digest,
        _ when key.SequenceEqual("mtime"u8) || key.SequenceEqual("ctime"u8) || key.SequenceEqual("btime"u8) || key.SequenceEqual("started"u8) =>
            KeyMeaning.Time,
        _ when key.SequenceEqual("xattrs"u8) => KeyMeaning.Attributes,
        _ => KeyMeaning.Text,
    };
}
