using Backshift.Posix;

namespace Backshift.Repository.Measuring;

/// <summary>What was added up of a directory.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Entries">Number of entries.</param>
/// <param name="Bytes">Sizes of files.</param>
public readonly record struct DirectoryTotal(BytePath Path, long Entries, long Bytes);
