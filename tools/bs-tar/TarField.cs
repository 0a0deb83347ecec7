namespace Backshift.Tools.Tar;

/// <summary>Where a field of a header lies.</summary>
internal readonly record struct TarField(int Offset, int Length)
{
    /// <summary>The field after this one.</summary>
    internal TarField Then(int length) => new(Offset + Length, length);
}
