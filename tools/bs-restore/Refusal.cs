namespace Backshift.Tools.Restore;

/// <summary>What of an entry could not be set; there may be very many of a kind.</summary>
internal enum Refusal
{
    Owner,
    Mode,
    Time,
    Attribute,
    Flags,
    Device,
}
