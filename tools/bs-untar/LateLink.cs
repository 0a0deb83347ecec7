using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Untar;

/// <summary>What turned out about a link at the end of an archive.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Entry">The entry to write: its target came after it.</param>
/// <param name="Why">What is wrong with it otherwise.</param>
internal readonly record struct LateLink(BytePath Name, EntryRecord? Entry, string? Why);
