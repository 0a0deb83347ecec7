namespace Backshift.Repository.Indexes;

/// <summary>The three tables of names in the head of a run.</summary>
/// <param name="Packs">The packs that the entries point into.</param>
/// <param name="Replaced">The runs that this one replaces.</param>
/// <param name="Gone">Packs that are gone.</param>
internal sealed record RunTables(RunTable Packs, RunTable Replaced, RunTable Gone)
{
    internal long Footprint => Packs.Footprint + Replaced.Footprint + Gone.Footprint;
}
