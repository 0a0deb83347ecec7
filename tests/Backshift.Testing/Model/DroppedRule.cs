namespace Backshift.Testing.Model;

/// <summary>
/// A rule of the protocol that is dropped, so that the model shows that it would notice. All but two of them are dropped by a view that lies to the real code.
/// </summary>
public enum DroppedRule
{
    None,

    /// <summary>A writer looks for its fence after it has published its saveset.</summary>
    FenceLook,

    /// <summary>A writer looks whether its own intent is still there, too.</summary>
    OwnIntentLook,

    /// <summary>A writer that renews its intent looks whether it was taken for dead meanwhile.</summary>
    RenewalLook,

    /// <summary>Writers publish intents.</summary>
    Intent,

    /// <summary>A writer publishes its intent before it looks at anything.</summary>
    IntentFirst,

    /// <summary>A chunk that is referred to, and lies in a condemned pack, is stored again. Dropped in the model's own saver.</summary>
    Hold,

    /// <summary>A condemned pack is never pardoned. Dropped by a process that pardons.</summary>
    NeverPardon,

    /// <summary>A collector lists the savesets again before it deletes.</summary>
    SavesetsAgain,

    /// <summary>A collector lists the packs again before it deletes.</summary>
    PacksAgain,

    /// <summary>A collector reads the lists of all others again before it deletes.</summary>
    ListsAgain,

    /// <summary>A collector lists the intents after the lists were published that it acts on.</summary>
    IntentsAfterLists,

    /// <summary>A fenced writer reads condemned lists before it looks at packs.</summary>
    ListsBeforePacks,

    /// <summary>A collector refuses where a saveset is missing that an earlier list names.</summary>
    Roster,

    /// <summary>A saveset that is brought back is published only as long as all its packs are there, by lists and packs that are read afterwards.</summary>
    UndoLook,

    /// <summary>An expiry looks for a hold after it has made the copy.</summary>
    HoldLook,

    /// <summary>Where listings lag, nothing goes before the grace has passed.</summary>
    Grace,

    /// <summary>Where listings lag, savesets are listed a grace after everybody was found to have read the list.</summary>
    SecondGrace,

    /// <summary>Where listings lag, the names of deleted packs stay condemned for a grace.</summary>
    DeletedList,

    /// <summary>Where listings lag, a writer that renews its intent leaves those of before.</summary>
    EarlierIntents,

    /// <summary>A collector by lists reads once more which packs savesets name before it deletes.</summary>
    NamesAgain,

    /// <summary>A collector that copied chunks notes where to before it deletes the pack that savesets name.</summary>
    MovedRecord,

    /// <summary>After that it looks once more whether what it has noted is condemned or gone.</summary>
    ListsAfterRecord,

    /// <summary>A collector by lists refuses where a name leads to no pack, and no record says where to instead.</summary>
    KnownNames,

    /// <summary>A fence stays for a day after the last intent of its program was seen.</summary>
    FenceAge,

    /// <summary>A program for which listings lag leaves a mark, by which collectors that see everything at once know of it; see the README, "Two paths".
    /// </summary>
    LagMark,

    /// <summary>While that mark is new, a program for which listings lag relies on nothing that is older.</summary>
    NewMark,
}
