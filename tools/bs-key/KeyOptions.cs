using Backshift.Posix;

namespace Backshift.Tools.Key;

/// <summary>What bs-key was asked to do.</summary>
/// <param name="Action">What it does.</param>
/// <param name="Slot">The name of a slot, or how it begins; empty for none.</param>
/// <param name="NewPassphrase">A file whose first line is the new passphrase; empty to ask for it.</param>
/// <param name="Recipients">For whom age(1) encrypts the new slot; none for a passphrase.</param>
/// <param name="Note">What the user calls the slot.</param>
/// <param name="Time">How long the key stays in the keyring.</param>
/// <param name="Json">Whether slots are listed as JSON.</param>
internal sealed record KeyOptions(
    KeyAction Action, string Slot, BytePath NewPassphrase, IReadOnlyList<string> Recipients, string Note, TimeSpan Time, bool Json);
