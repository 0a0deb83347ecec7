namespace Backshift.Tools.Key;

/// <summary>What bs-key does.</summary>
internal enum KeyAction
{
    /// <summary>Shows the slots.</summary>
    List,

    /// <summary>Adds a passphrase, or recipients of age(1).</summary>
    Add,

    /// <summary>As <see cref="Add"/>, with the key itself from standard input or the terminal.</summary>
    Import,

    /// <summary>Removes a passphrase.</summary>
    Remove,

    /// <summary>Puts a passphrase in the place of the one that was used.</summary>
    Change,

    /// <summary>Writes the key as text, or the age file of a slot.</summary>
    Export,

    /// <summary>Writes the key of a host that may only save.</summary>
    Host,

    /// <summary>Writes the name of a host's folder.</summary>
    Folder,

    /// <summary>Writes the key of a program that expires and collects.</summary>
    Collector,

    /// <summary>Keeps the key in the kernel's keyring.</summary>
    Unlock,

    /// <summary>Forgets it there.</summary>
    Lock,
}
