namespace Backshift.Tooling;

/// <summary>How progress is shown on standard error.</summary>
public enum ProgressMode
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>A status line on a terminal, nothing elsewhere.</summary>
    Auto,

    /// <summary>A status line on a terminal, a line every 5 seconds elsewhere.</summary>
    Line,

    /// <summary>A JSON object every second, wherever standard error goes.</summary>
    Json,
}
