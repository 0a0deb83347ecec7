namespace Backshift.S3;

/// <summary>How a bucket is used.</summary>
public sealed record S3Settings
{
    /// <summary>Where the repository is.</summary>
    public required S3Location Location { get; init; }

    /// <summary>The region that requests are signed for; null for that of the environment, of the location, or us-east-1.</summary>
    public string? Region { get; init; }

    /// <summary>Where the name of the bucket stands.</summary>
    public BucketIn BucketIn { get; init; }

    /// <summary>The storage class of packs of contents; null for that of the bucket. All other objects have that of the bucket.</summary>
    public string? StorageClass { get; init; }

    /// <summary>For how long objects are locked that a restore needs; null for no lock.</summary>
    public TimeSpan? LockFor { get; init; }

    /// <summary>Who may take the lock away.</summary>
    public LockMode LockMode { get; init; }

    /// <summary>For how long a request is tried again that the server does not answer, or answers by asking for patience.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a connection may be silent before the request is given up, and tried again.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The first pause before a request is tried again; each following one is twice as long, up to <see cref="PauseLimit"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause.</summary>
    public TimeSpan PauseLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many requests are under way at most.</summary>
    public int Requests { get; init; } = 16;

    /// <summary>Packs, runs and parity that are longer than this are sent in parts of <see cref="PartSize"/>.</summary>
    public long WholeLimit { get; init; } = 64 << 20;

    /// <summary>The length of a part, unless there would be too many of them.</summary>
    public long PartSize { get; init; } = 16 << 20;
}
