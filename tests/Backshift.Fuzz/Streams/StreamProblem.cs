namespace Backshift.Fuzz.Streams;

/// <summary>A problem record.</summary>
/// <param name="Path">What it is about, a character a byte.</param>
/// <param name="Text">What happened.</param>
/// <param name="Marks">Whether it concerns the entry before it.</param>
internal sealed record StreamProblem(string Path, string Text, bool Marks);
