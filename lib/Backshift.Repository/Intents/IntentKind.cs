namespace Backshift.Repository.Intents;

/// <summary>What somebody who relies on packs is about to do.</summary>
public enum IntentKind
{
    /// <summary>Publish a saveset that refers to them.</summary>
    Save,

    /// <summary>Only read them, or refer to them in a stream: nothing is published in the repository.</summary>
    Read,

    /// <summary>Delete packs, and copy out of them what is needed.</summary>
    Collect,
}
