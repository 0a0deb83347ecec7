namespace Backshift.Repository.Indexes;

/// <summary>The result of opening a run.</summary>
/// <param name="Run">The run, or null.</param>
/// <param name="Trouble">Why there is none.</param>
/// <param name="Reason">The same in words: "its length does not fit".</param>
internal readonly record struct RunOpening(RunReader? Run, RunTrouble Trouble = RunTrouble.None, string Reason = "");
