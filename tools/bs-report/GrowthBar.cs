namespace Backshift.Tools.Report;

/// <summary>What was added in a day or a month.</summary>
/// <param name="Label">The day or month: 2026-11-23, 2026-11.</param>
/// <param name="Bytes">What savesets that began then added.</param>
internal readonly record struct GrowthBar(string Label, long Bytes);
