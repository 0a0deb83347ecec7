namespace Backshift.Tools.Since;

/// <summary>How bs-since looks files up.</summary>
internal sealed record SinceOptions
{
    /// <summary>The host whose savesets serve as bases, if not the stream's.</summary>
    internal string? Host { get; init; }

    /// <summary>The subset, if not the stream's.</summary>
    internal string? Subset { get; init; }

    /// <summary>How a file and an earlier entry of it are compared.</summary>
    internal ChangeRule Rule { get; init; } = new(IgnoreCtime: false, IgnoreInode: false);

    /// <summary>Whether no file is taken as unchanged.</summary>
    internal bool Reread { get; init; }

    /// <summary>Whether to say which bases there are, and at the end how much was unchanged.</summary>
    internal bool Verbose { get; init; }
}
