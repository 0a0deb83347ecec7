using Backshift.Posix;

namespace Backshift.Tools.Walk;

/// <summary>A name in a <see cref="DirectoryFrame"/>.</summary>
/// <param name="Prefix">Its first eight bytes, the first highest, so that most comparisons are of two numbers.</param>
/// <param name="Offset">Where it lies in the frame.</param>
/// <param name="Length">Its length without the NUL.</param>
/// <param name="Kind">Its type according to the directory.</param>
internal readonly record struct ListedName(ulong Prefix, int Offset, int Length, FileKind Kind);
