using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>What became of the comparison of a file with a saved one.</summary>
/// <param name="Likeness">How alike they are.</param>
/// <param name="Seen">The file as it was when its content was found to be the saved one.</param>
/// <param name="Changes">How much the restore had changed before the comparison began.</param>
internal readonly record struct Verdict(Likeness Likeness, FileStatus Seen, long Changes);
