namespace Backshift.Fuzz.Hostile;

/// <summary>What bs-check has to say of a repository.</summary>
internal enum Expected
{
    /// <summary>It is as the page allows: no damage, and every reader gives what is in it.</summary>
    Sound,

    /// <summary>Something in it is not as the page demands, and is named.</summary>
    Damaged,

    /// <summary>Either, as long as all readers agree.</summary>
    Either,
}
