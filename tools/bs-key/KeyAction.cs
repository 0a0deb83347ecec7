namespace Backshift.Tools.Key;

/// <summary>What bs-key does.</summary>
internal enum KeyAction
{
    /// <summary>Shows the slots.</summary>
    List,

    /// <summary>Adds a passphrase.</summary>
    Add,

    /// <summary>Removes a passphrase.</summary>
    Remove,

    /// <summary>Puts a passphrase in the place of the one that was used.</summary>
    Change,

    /// <summary>Writes the key as text.</summary>
    Export,

    /// <summary>Keeps the key in the kernel's keyring.</summary>
    Unlock,

    /// <summary>Forgets it there.</summary>
    Lock,
}
