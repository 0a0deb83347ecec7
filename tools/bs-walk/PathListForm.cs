namespace Backshift.Tools.Walk;

/// <summary>How a list of paths is written, as far as the command line says.</summary>
/// <param name="Null">Whether paths were said to end in NUL, as they do by default.</param>
/// <param name="Lines">Whether each path is a line.</param>
/// <param name="Sized">Whether a size precedes each path.</param>
internal readonly record struct PathListForm(bool Null, bool Lines, bool Sized)
{
    /// <summary>Whether the command line says anything about a list.</summary>
    internal bool IsGiven => Null || Lines || Sized;

    internal byte Separator => (byte)(Lines ? '\n' : 0);
}
