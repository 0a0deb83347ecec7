namespace Backshift.Fuzz.Values;

/// <summary>The families of MessagePack values.</summary>
internal enum ValueKind
{
    Nil,
    Bool,
    Number,
    Float,
    Text,
    Bytes,
    List,
    Map,
    Extension,
}
