using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>Where a restore goes, how, and what it reports.</summary>
/// <param name="Top">The directory.</param>
/// <param name="Options">What is done with what is found there.</param>
/// <param name="Report">Takes what could not be restored.</param>
/// <param name="Lines">Takes the changes.</param>
/// <param name="Clock">Tells the time.</param>
internal sealed record RestoreTarget(UnixFile Top, RestoreOptions Options, RestoreReport Report, ChangeLines Lines, TimeProvider Clock);
