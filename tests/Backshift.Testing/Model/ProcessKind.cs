namespace Backshift.Testing.Model;

/// <summary>What a simulated process does.</summary>
internal enum ProcessKind
{
    Saver,
    Collector,
    Expirer,
    Tagger,
    Renamer,
    Reader,

    /// <summary>Takes needed packs out of condemned lists: no program does; see <see cref="DroppedRule.NeverPardon"/>.</summary>
    Pardoner,

    /// <summary>Looks at everything when a schedule is over.</summary>
    Inspector,
}
