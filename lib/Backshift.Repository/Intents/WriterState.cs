using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Repository.Intents;

/// <summary>Somebody who announced that he relies on packs, as a collector sees it.</summary>
/// <param name="Id">Who.</param>
/// <param name="What">What to call him in messages.</param>
/// <param name="Kind">What he is about to do.</param>
/// <param name="IsOver">Whether nothing that he publishes from now on can do harm: he has ended, or will find his fence.</param>
/// <param name="Since">When he began, by the clock of the store.</param>
/// <param name="Honours">The condemned lists that he has read.</param>
/// <param name="Intents">His intents that a listing showed.</param>
internal sealed record WriterState(
    ObjectName Id, string What, IntentKind Kind, bool IsOver, UnixTime Since, IReadOnlySet<ObjectName> Honours, IReadOnlyList<ObjectPath> Intents)
{
    /// <summary>Whether packs of a list may not be deleted because of him.</summary>
    internal bool Blocks(ObjectName list) => !IsOver && !Honours.Contains(list);
}
