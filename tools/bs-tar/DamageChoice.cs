namespace Backshift.Tools.Tar;

/// <summary>How to write a file with a missing or damaged chunk.</summary>
internal enum DamageChoice
{
    /// <summary>The archive stops there.</summary>
    Fail,

    /// <summary>Zeros stand for the chunk.</summary>
    Zero,

    /// <summary>The file is left out.</summary>
    Skip,
}
