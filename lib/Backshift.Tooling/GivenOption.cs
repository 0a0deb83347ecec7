using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>An option as it was given, and its value if it has one.</summary>
internal readonly record struct GivenOption(Option Option, string? Value);
