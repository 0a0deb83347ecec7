using Backshift.Posix;

namespace Backshift.Tools.Untar;

/// <summary>A link of an archive as it was when it came.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Target">The path of what it is a name of; of a link that waits, the target in the archive.</param>
/// <param name="Version">Which of the things that had the target's name.</param>
/// <param name="Entry">Of a link that waits, its entry as encoded.</param>
internal readonly record struct LinkNote(BytePath Name, BytePath Target, uint Version, byte[] Entry);
