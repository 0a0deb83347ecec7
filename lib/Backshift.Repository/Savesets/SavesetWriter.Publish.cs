using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Links;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Savesets;

public sealed partial class SavesetWriter
{
    private long checkpoints;
    private Saveset? checkpoint;

    /// <summary>Makes everything durable and publishes the saveset.</summary>
    /// <param name="saveset">Whose it is, when it started, and whether the stream came to its end; the rest is filled in here.</param>
    /// <param name="clock">Tells when it is finished.</param>
    /// <returns>The saveset as it was published.</returns>
    /// <exception cref="StoreException">Something cannot be written or made durable; then nothing is published.</exception>
    /// <exception cref="BackshiftException">The repository is no longer where it was.</exception>
    public Saveset Publish(Saveset saveset, TimeProvider clock)
    {
        FinishEntry();
        saveset = WriteTree(saveset, tell: true);
        if (problemBytes.WrittenCount > 0)
        {
            StoreProblems();
        }

        problemParts.FinishInto(saveset.ProblemList);
        NeededPacks packs = PublishChunks();
        return VerifyFence(Keep(PublishUnderFreeName(repository,
            saveset with { Finished = UnixTime.Now(clock), Problems = Problems, Packs = packs, Added = chunks.StoredBytes, Save = Save })));
    }

    /// <summary>Keeps a copy of a saveset that was just published, if this writer cannot read it where it is.</summary>
    private Saveset Keep(Saveset published)
    {
        repository.Store.Copies?.Keep(ObjectPath.Saveset(published.Place), published.Encode());
        return published;
    }

    /// <summary>
    /// Withdraws a saveset that was just published if this process was taken for dead and something that it relied on may be deleted. A process that was
    /// suspended for days finds out here, and nowhere else.
    /// </summary>
    /// <returns>The saveset.</returns>
    /// <exception cref="BackshiftException">It was withdrawn.</exception>
    private Saveset VerifyFence(Saveset published)
    {
        if (!chunks.Intent.MayBeFenced())
        {
            return published;
        }

        string how;
        try
        {
            if (repository.Lag.IsPossible)
            {
                // A collector on the machine of the disk may act upon a list that is not listed here yet.
                how = "listings of this store may not show yet what is being deleted";
            }
            else if (chunks.Intent.FindLost(roster.All()) is { } lost)
            {
                how = $"pack {lost}, which it needs, has been deleted or is about to be";
            }
            else
            {
                return published;
            }
        }
        catch (BackshiftException e)
        {
            how = $"it cannot be told what is being deleted: {e.Message}";
        }

        Withdraw(published);
        throw new BackshiftException(ExitCode.Busy,
            $"saveset {published.Name} is not saved: this program was silent for so long that a collection took it for dead, and {how}", "run the save again");
    }

    /// <summary>
    /// Deletes what was published. A collector may have read it meanwhile, and name it in a list: so it is recorded as expired, or it would be missing from
    /// then on, and every collection would refuse. Checkpoints are in no list.
    /// </summary>
    private void Withdraw(Saveset published)
    {
        if (published.Checkpoint == 0)
        {
            repository.Store.TryPublish(ObjectPath.Expired(SavesetName.Below(ObjectType.Expired, published.Place)), published.Encode());
        }

        published.Delete(repository);
    }

    /// <summary>Makes what came so far durable and publishes the entries that are whole; more may come. It replaces the checkpoint before it.</summary>
    /// <param name="saveset">Whose it is, when it started, why it is incomplete; the rest is filled in here.</param>
    /// <param name="clock">Tells when.</param>
    /// <returns>The checkpoint, or null if no entry is whole yet.</returns>
    /// <exception cref="StoreException">Something cannot be written or made durable; the checkpoint before it stays then.</exception>
    public Saveset? PublishCheckpoint(Saveset saveset, TimeProvider clock)
    {
        if (sorter.Count == 0)
        {
            chunks.Publish();
            return null;
        }

        // A link whose target came and was taken back, or is still to come, would be a link to nothing.
        saveset = WriteTree(saveset, tell: false);
        List<ContentPart>? problems = problemParts.Snapshot();
        if (problemBytes.WrittenCount > 0)
        {
            problems?.Add(new ContentPart(chunks.AddNode(problemBytes.WrittenSpan), problemBytes.WrittenCount));
        }

        NeededPacks packs = PublishChunks();
        Saveset published = PublishUnderFreeName(repository, saveset with
        {
            Finished = UnixTime.Now(clock),
            Problems = Problems,
            ProblemList = new StoredEntry(saveset.ProblemList.Entry) { Parts = problems ?? [] },
            Packs = packs,
            Added = chunks.StoredBytes,
            Save = Save,
            Checkpoint = checkpoints + 1,
        });
        VerifyFence(Keep(published));
        DeleteCheckpoint();
        checkpoints++;
        checkpoint = published;
        return published;
    }

    /// <summary>Makes all chunks durable, and those with the names of the packs that the saveset needs, if these are many.</summary>
    private NeededPacks PublishChunks()
    {
        chunks.Publish();
        NeededPacks packs = roster.Store(chunks, repository.Config.IsSealed ? NeededPacks.InPlaceSealed : NeededPacks.InPlace);
        if (packs.List is not null)
        {
            chunks.Publish();
        }

        return packs;
    }

    /// <summary>Removes the last checkpoint, which a published saveset replaces. Trouble is a warning: readers ignore the checkpoint.</summary>
    public void DeleteCheckpoint()
    {
        if (checkpoint is { } old)
        {
            checkpoint = null;
            Housekeeping.Do($"checkpoint {old.Name} cannot be deleted", problem => Warn?.Invoke(problem.Message), () => old.Delete(repository));
        }
    }

    /// <summary>Makes the tree of all entries that can be stored, and counts them.</summary>
    /// <param name="saveset">What is known of it already.</param>
    /// <param name="tell">Whether those that cannot be stored are problems now; otherwise chunks are not looked for, and nothing is reported or kept.</param>
    private Saveset WriteTree(Saveset saveset, bool tell)
    {
        using EntrySorter changes = new(repository.Store.CreateScratch);
        HashSet<BytePath> unusable = FindUnusable(tell, changes);
        TreeWriter tree = new(chunks, versions);
        PlaceRule places = new();
        long count = 0, sizes = 0;
        using (EntryCursor entries = sorter.Open())
        using (LinkChanges moved = new(changes))
        {
            while (entries.MoveNext())
            {
                if (!places.Admits(entries.Path, StoredEntry.KindOf(entries.Item, out long size)))
                {
                    if (tell)
                    {
                        Tell(new ProblemRecord(new BytePath(entries.Path), Stage, 0,
                            $"lies below {Escaping.Display(places.Last)}, which is not a directory; it is left out"));
                    }
                }
                else if (unusable.Count == 0 || !unusable.Contains(new BytePath(entries.Path)))
                {
                    count++;
                    sizes = SavesetSums.Plus(sizes, size);
                    tree.Add(entries.Path, moved.PassTo(entries.Path, entries.Item));
                }
            }
        }

        (Digest Root, int Level)? root = tree.Finish();
        return saveset with { Root = root?.Root, Level = root?.Level ?? 0, Entries = count, Bytes = sizes };
    }

    /// <summary>
    /// The entries that cannot be stored: those that lack a chunk, and links whose target is none of the other entries. There is a problem for each, so memory
    /// follows the number of problems, not of entries. Those below something that is not a directory are not among them: they are noticed when the tree
    /// is written.
    /// </summary>
    private HashSet<BytePath> FindUnusable(bool tell, EntrySorter changes)
    {
        bool lookForChunks = tell && CheckReferences is not null;
        HashSet<BytePath> unusable = [];
        if (!hasLinks && !lookForChunks)
        {
            return unusable;
        }

        if (lookForChunks)
        {
            // The nodes of long lists are read again, so they have to be there.
            chunks.Publish();
        }

        using ReferenceCheck? check = lookForChunks ? new ReferenceCheck(repository, chunks, roster.Add) : null;
        EntrySorter links = CreateSorter();
        try
        {
            if (hasLinks)
            {
                using EntrySorter byPath = CreateSorter();
                LinkTargets.Collect(sorter, links, byPath);
                links = LinkChains.Follow(links, byPath, CreateSorter, changes);
            }

            PlaceRule places = new();
            using EntryCursor entries = sorter.Open();
            using LinkTargets targets = new(links, changes, LeaveLink);
            while (entries.MoveNext())
            {
                bool stands = places.Admits(entries.Path, StoredEntry.KindOf(entries.Item, out _));
                bool missing = stands && check?.Missing(entries.Item) is { } found && Leave(found.Path, CheckReferences!(found.Path, found.What));
                targets.PassTo(entries.Path, !stands || missing ? default : entries.Item);
            }

            targets.PassRest();
        }
        finally
        {
            links.Dispose();
        }

        return unusable;

        void LeaveLink(BytePath link)
        {
            if (!tell)
            {
                unusable.Add(link);
            }
            else if (unusable.Add(link))
            {
                Tell(new ProblemRecord(link, Stage, 0, "is a link to an entry that is not stored; it is left out"));
            }
        }

        bool Leave(BytePath path, ProblemRecord problem)
        {
            if (unusable.Add(path))
            {
                AddProblem(problem);
            }

            return true;
        }
    }

    /// <summary>Whether one of the forms of the name is still free.</summary>
    /// <param name="saveset">The saveset.</param>
    /// <param name="taken">The places of the others of its host and subset.</param>
    internal static bool HasFreeName(Saveset saveset, HashSet<BytePath> taken)
    {
        BytePath directory = SavesetName.Directory(saveset.Host, saveset.Subset);
        return SavesetName.Forms(saveset.Started, saveset.Save).Any(time => !taken.Contains(directory.Join(time)));
    }

    internal static BackshiftException NameTaken(Saveset saveset) => new(
        ExitCode.CannotCreate, $"saveset {saveset.Name}{SavesetName.Time(saveset.Started, 0)}: there is already one of the same host and time",
            "give another time with --time");

    /// <summary>Publishes a saveset under the first form of its name that is free.</summary>
    internal static Saveset PublishUnderFreeName(RepositoryDirectory repository, Saveset saveset)
    {
        BytePath directory = SavesetName.Directory(saveset.Host, saveset.Subset);
        IEnumerable<string> forms = SavesetName.Forms(saveset.Started, saveset.Save);

        // Where a name may be overwritten, the first choice is one that no other writer can choose.
        foreach (string time in repository.Store.HasExclusiveNames || saveset.Save.Length == 0 ? forms : forms.TakeLast(1).Concat(forms.SkipLast(1)))
        {
            if (saveset.Checkpoint > 0 && repository.Store.Exists(ObjectPath.Saveset(directory.Join(time))) == true)
            {
                // Another saveset of that second: this one will have more digits.
                continue;
            }

            Saveset named = saveset with { Time = saveset.Checkpoint > 0 ? $"{time}~{saveset.Checkpoint}" : time };
            named = named with { Place = directory.Join(named.Time) };
            if (repository.Store.TryPublish(ObjectPath.Saveset(named.Place), named.Encode()))
            {
                repository.Store.VerifyPlace(ObjectPath.Saveset(named.Place));
                return named;
            }
        }

        throw NameTaken(saveset);
    }

}
