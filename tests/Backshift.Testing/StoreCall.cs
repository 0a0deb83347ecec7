using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Testing;

/// <summary>A request that was made of a store.</summary>
/// <param name="Verb">
/// What was asked: open, announce, announce opening, read, exists, list, create, publish, delete, sync, sweep, lease, prepare, scratch, verify.
/// </param>
/// <param name="Type">Of what kind of object; null where it is of none.</param>
/// <param name="Bytes">How much was asked for, of an open or a read.</param>
/// <param name="Path">Of which object, or of a list below which folder; empty for none.</param>
public readonly record struct StoreCall(string Verb, ObjectType? Type, long Bytes = 0, BytePath Path = default)
{
    /// <summary>From where it is read or announced.</summary>
    public long Offset { get; init; }

    /// <summary>"open Pack".</summary>
    public override string ToString() => Type is { } type ? $"{Verb} {type}" : Verb;
}
