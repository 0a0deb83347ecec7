using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Repository.Chunks;

/// <summary>Work that keeps a repository tidy: trouble with it is reported, and never ends a save.</summary>
internal static class Housekeeping
{
    /// <summary>Does a piece of it.</summary>
    /// <param name="what">What cannot be done, should it fail: "the index cannot be tidied".</param>
    /// <param name="warn">Receives the trouble.</param>
    /// <param name="work">The work.</param>
    /// <returns>Whether it was done.</returns>
    internal static bool Do(string what, Action<BackshiftException> warn, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception e) when (e is BackshiftException or StoreGoneException or IOException)
        {
            warn(new BackshiftException(ExitCode.InputOutput, $"{what}: {e.Message}", "nothing is lost; the next save tries again", e));
            return false;
        }
    }

    /// <summary>Does a piece of it in the repository, or, if this writer may not read what it stores, in its copies.</summary>
    /// <inheritdoc cref="Do(string, Action{BackshiftException}, Action)"/>
    /// <param name="copies">The copies; null if it has none.</param>
    internal static bool Do(IOwnCopies? copies, string what, Action<BackshiftException> warn, Action work) =>
        copies is null ? Do(what, warn, work) : Do(copies, work);

    /// <summary>Does a piece of work with the copies of a writer that may not read what it stores, if these are kept.</summary>
    /// <returns>Whether it was done.</returns>
    internal static bool Do(IOwnCopies copies, Action work)
    {
        if (!copies.AreKept)
        {
            return false;
        }

        try
        {
            work();
            return true;
        }
        catch (Exception e) when (e is BackshiftException or IOException)
        {
            copies.GiveUp(e);
            return false;
        }
    }
}
