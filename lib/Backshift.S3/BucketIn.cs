namespace Backshift.S3;

/// <summary>Where the name of the bucket stands in a request.</summary>
public enum BucketIn
{
    /// <summary>In the host at Amazon's servers, in the path elsewhere.</summary>
    Auto,

    /// <summary>In the path: https://endpoint/bucket/key.</summary>
    Path,

    /// <summary>In the name of the host: https://bucket.endpoint/key.</summary>
    Host,
}
