namespace Backshift.Tools.Tar;

/// <summary>What becomes of a file of which a chunk is missing or damaged.</summary>
internal enum DamageChoice
{
    /// <summary>The archive stops there.</summary>
    Fail,

    /// <summary>Zeros stand for the chunk.</summary>
    Zero,

    /// <summary>The file is left out.</summary>
    Skip,
}
