using Backshift.Repository.Measuring;

namespace Backshift.Tools.Report;

/// <summary>A directory, and the host or host/subset whose it is.</summary>
internal readonly record struct RankedDirectory(string Owner, DirectoryTotal Total);
