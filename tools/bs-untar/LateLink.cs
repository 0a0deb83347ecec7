using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Untar;

/// <summary>A link that was resolved at the end of an archive.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Entry">The entry to write: its target came after it.</param>
/// <param name="Why">Its fault otherwise.</param>
internal readonly record struct LateLink(BytePath Name, EntryRecord? Entry, string? Why);
