namespace Backshift.Objects;

/// <summary>What an object is: the byte at offset 8 of its header, except where <see cref="ObjectHeader.LetterOf"/> says otherwise.</summary>
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
    Tags = (byte)'T',
    CheckRecord = (byte)'V',
    Moved = (byte)'M',

    /// <summary>A saveset that was moved out of the way, byte for byte: its header still has the letter of a saveset.</summary>
    Expired = (byte)'x',
}
