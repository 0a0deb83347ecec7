namespace Backshift.Chunking;

/// <summary>How the cutter looks for candidates. Every path cuts alike; a program wants <see cref="Auto"/>, tests and measurements the rest.</summary>
public enum CutterPath
{
    /// <summary>The fastest path of this processor.</summary>
    Auto,

    /// <summary>One byte after the other, on every processor.</summary>
    Scalar,

    /// <summary>8 positions at a time: SSE4.1 or NEON.</summary>
    Vector128,

    /// <summary>16 positions at a time: AVX2.</summary>
    Vector256,

    /// <summary>32 positions at a time: AVX-512BW.</summary>
    Vector512,
}
