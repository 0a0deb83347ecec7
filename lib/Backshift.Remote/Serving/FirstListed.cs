using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

/// <summary>
/// What was listed first of each type of which a client may open objects without their names: a request that comes with a listing waits for it, and goes by it,
/// so that nothing is listed twice. May be used by several threads.
/// </summary>
/// <param name="list">Lists the first objects of a type.</param>
internal sealed class FirstListed(Func<ObjectType, IReadOnlyList<BytePath>> list)
{
    private readonly object gate = new();
    private readonly Dictionary<ObjectType, Listing> listings = [];

    /// <summary>A listing was asked for.</summary>
    /// <param name="folder">Of what.</param>
    /// <returns>To be told of the answer, and disposed of in any case; null if the listing is not one to go by.</returns>
    internal Listing? Begin(BytePath folder)
    {
        foreach (ObjectType type in (ReadOnlySpan<ObjectType>)[ObjectType.KeySlot, ObjectType.Run, ObjectType.Saveset])
        {
            if (folder == ObjectPath.FolderOf(type))
            {
                lock (gate)
                {
                    return listings[type] = new Listing(gate);
                }
            }
        }

        return null;
    }

    /// <summary>The first objects of a type, in the order of their listing.</summary>
    /// <exception cref="BackshiftException">They cannot be listed.</exception>
    internal IReadOnlyList<BytePath> Of(ObjectType type)
    {
        lock (gate)
        {
            if (listings.TryGetValue(type, out Listing? begun))
            {
                while (!begun.IsOver)
                {
                    Monitor.Wait(gate);
                }

                if (begun.Paths is { } known)
                {
                    return known;
                }
            }
        }

        using Listing own = Begin(ObjectPath.FolderOf(type))!;
        return own.Note(new Answer { Paths = list(type) }).Paths!;
    }

    /// <summary>One that was begun.</summary>
    internal sealed class Listing(object gate) : IDisposable
    {
        internal bool IsOver { get; private set; }

        internal IReadOnlyList<BytePath>? Paths { get; private set; }

        /// <summary>Takes the answer, and returns it.</summary>
        internal Answer Note(Answer answer)
        {
            lock (gate)
            {
                Paths = answer.Paths;
            }

            return answer;
        }

        public void Dispose()
        {
            lock (gate)
            {
                IsOver = true;
                Monitor.PulseAll(gate);
            }
        }
    }
}
