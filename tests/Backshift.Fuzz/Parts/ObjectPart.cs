using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Running;

namespace Backshift.Fuzz.Parts;

/// <summary>One object of a sound repository is changed; every reader looks, then a full save with all bytes in hand is made, and has to restore;
/// then savesets are expired and collected.</summary>
internal static class ObjectPart
{
    internal static void Run(Session session)
    {
        Random chance = new(session.Seed);
        BaseRepository made = BaseRepository.Make(session, chance);
        string[] objects = [.. Directory.GetFiles(made.Root, "*", SearchOption.AllDirectories)
            .Where(static file => !file.EndsWith("CACHEDIR.TAG", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        string file = objects[chance.Next(objects.Length)];
        byte[] before = File.ReadAllBytes(file);
        byte[] after = ObjectSpoiler.Spoil(before, chance, out string how);
        session.Name = $"{Path.GetRelativePath(made.Root, file).Split('/')[0]} {how}";
        session.Kept.Add(("object", before));
        session.Kept.Add(("object-spoilt", after));
        File.Delete(file);
        if (after.Length > 0 || chance.Next(2) == 0)
        {
            File.WriteAllBytes(file, after);
        }

        ReaderRound round = new(session, made.Root, made.Truth) { SavesetLimit = 2 };
        round.Read();
        bool isSaveset = Path.GetRelativePath(made.Root, file).StartsWith("savesets", StringComparison.Ordinal);
        if (round.CheckStatus == 0 && !isSaveset && SavesetNames.List(session, made.Root).Count != made.Truth.Count)
        {
            session.Fault("bs-ls", "a saveset is gone, and bs-check ends with 0");
        }

        WriterRound.Run(session, made.Root, made.Last);
        CollectionRound.Run(session, made.Root);
        session.CheckOutside();
    }
}
