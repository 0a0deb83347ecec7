namespace Backshift.Objects;

/// <summary>What an object is: the byte at offset 8 of its header.</summary>
public enum ObjectType : byte
{
    Configuration = (byte)'C',
    Pack = (byte)'P',
    Run = (byte)'R',
    Saveset = (byte)'S',
    Intent = (byte)'I',
    Condemned = (byte)'D',
    KeySlot = (byte)'K',
    Parity = (byte)'E',
    Settings = (byte)'G',
}
