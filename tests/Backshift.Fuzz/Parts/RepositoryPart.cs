using Backshift.Fuzz.Hostile;
using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Running;

namespace Backshift.Fuzz.Parts;

/// <summary>
/// Repositories with right checksums that mean no good, each under every reader and then under a writer. Seed n is the case n, with other bytes each time
/// round.
/// </summary>
internal static class RepositoryPart
{
    internal static void Run(Session session)
    {
        HostileCase its = HostileCases.All[session.Seed % HostileCases.All.Count];
        if (its.IsLarge && session.Seed < HostileCases.All.Count)
        {
            // Hundreds of megabytes: only from the second time round on, which short runs do not reach.
            return;
        }

        session.Name = its.Name;
        MadeRepository made = new(session.At("repository"), session.Outside, new Random(session.Seed));
        its.Make(made);
        made.Finish();
        ReaderRound round = new(session, made.Root, made.Truth);
        round.Read();
        if (its.Expected == Expected.Sound && round.CheckStatus != 0)
        {
            session.Fault("bs-check", $"status {round.CheckStatus} of a sound repository: {round.CheckSaid}");
        }
        else if (its.Expected == Expected.Damaged && round.CheckStatus == 0)
        {
            session.Fault("bs-check", "status 0 of a repository that is damaged");
        }

        HashSet<string> before = [.. SavesetNames.List(session, made.Root).Select(static saveset => saveset.Name).Where(made.Truth.ContainsKey)];
        WriterRound.Run(session, made.Root);
        before.ExceptWith(SavesetNames.List(session, made.Root).Select(static saveset => saveset.Name));
        if (before.Count > 0)
        {
            session.Fault("bs-store (after)", $"the saveset {before.First()} is gone");
        }

        session.CheckOutside();
    }
}
