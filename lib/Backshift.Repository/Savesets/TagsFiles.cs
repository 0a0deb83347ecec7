using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Savesets;

/// <summary>The objects of tags: finds those that count, and changes them.</summary>
internal static class TagsFiles
{
    // Another writer takes each number at most once, so this many are no coincidence.
    private const int Tries = 100;

    /// <summary>
    /// Adds to each saveset what was said of it. One whose tags cannot be read counts as held with all its data: nothing of it is expired until they can.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The folder of the savesets, or the empty path for all.</param>
    /// <param name="savesets">The savesets; replaced by those with tags.</param>
    /// <param name="damaged">Receives what cannot be read.</param>
    internal static void ApplyTo(RepositoryDirectory repository, BytePath folder, List<Saveset> savesets, Action<BackshiftException> damaged)
    {
        HashSet<BytePath> tagged = [];
        List<BytePath> unlisted = [];
        BytePath below = folder.IsEmpty ? default : SavesetName.Below(ObjectType.Tags, folder);
        try
        {
            foreach (ObjectPath path in repository.Store.List(ObjectType.Tags, below, Unlisted))
            {
                _ = SavesetPath.TryParseTags(path.Path.Name, out ReadOnlySpan<byte> time, out _);
                tagged.Add(path.Path.Parent.Join(time));
            }
        }
        catch (BackshiftException e)
        {
            Unlisted(below.IsEmpty ? ObjectPath.FolderOf(ObjectType.Tags) : below, e);
        }

        for (int i = 0; i < savesets.Count && (tagged.Count > 0 || unlisted.Count > 0); i++)
        {
            BytePath own = SavesetName.Below(ObjectType.Tags, savesets[i].Place);
            savesets[i] = unlisted.Exists(lost => BytePath.IsWithin(own.Span, lost.Span)) ? Unknown(savesets[i])
                : tagged.Contains(own) ? With(repository, savesets[i], damaged) : savesets[i];
        }

        void Unlisted(BytePath lost, BackshiftException trouble)
        {
            unlisted.Add(lost);
            damaged(trouble is StoreException ? new BackshiftException(ExitCode.DataError, trouble.Message, cause: trouble) : trouble);
        }
    }

    /// <summary>The numbers of the tags that count, by the places of their savesets.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Receives folders that cannot be listed.</param>
    /// <exception cref="BackshiftException">They cannot be listed.</exception>
    internal static Dictionary<BytePath, long> LatestNumbers(RepositoryDirectory repository, Action<BackshiftException> damaged)
    {
        Dictionary<BytePath, long> latest = [];
        foreach (ObjectPath path in repository.Store.List(ObjectType.Tags, unlisted: (_, trouble) => damaged(trouble)))
        {
            if (SavesetPath.TryParseTags(path.Path.Name, out ReadOnlySpan<byte> time, out long number))
            {
                BytePath saveset = SavesetName.Below(ObjectType.Saveset, path.Path.Parent.Join(time));
                latest[saveset] = Math.Max(number, latest.GetValueOrDefault(saveset));
            }
        }

        return latest;
    }

    /// <summary>The saveset with what was said of it until now.</summary>
    internal static Saveset With(RepositoryDirectory repository, Saveset saveset, Action<BackshiftException> damaged)
    {
        try
        {
            return Latest(repository, saveset) is { } tags ? tags.ApplyTo(saveset) : saveset;
        }
        catch (BackshiftException e)
        {
            damaged(e is StoreException ? new BackshiftException(ExitCode.DataError, e.Message, cause: e) : e);
            return Unknown(saveset);
        }
    }

    /// <summary>Those that count; null if nothing was said of the saveset.</summary>
    /// <exception cref="BackshiftException">They are damaged.</exception>
    /// <exception cref="StoreException">They cannot be read.</exception>
    internal static SavesetTags? Latest(RepositoryDirectory repository, Saveset saveset)
    {
        for (int i = 0; i < Tries; i++)
        {
            List<long> numbers = Numbers(repository, saveset);
            if (numbers.Count == 0)
            {
                return null;
            }

            // Who makes newer ones deletes these: so they are looked for again if they are gone.
            if (SavesetTags.TryRead(repository, PathOf(saveset, numbers.Max())) is { } tags)
            {
                return tags;
            }
        }

        throw Busy(saveset);
    }

    /// <summary>Publishes what a change makes of the tags that count, under the next number, and deletes those before.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="saveset">Whose they are.</param>
    /// <param name="now">When.</param>
    /// <param name="change">Makes new ones; null for no change. May be called several times. Those that have a higher number than the next keep it.</param>
    /// <param name="damaged">Receives the old ones if they cannot be read; then the change begins with a hold, all data, and the saveset's own tags.</param>
    /// <returns>Those that count now.</returns>
    /// <exception cref="BackshiftException">They cannot be told.</exception>
    /// <exception cref="StoreException">They cannot be written.</exception>
    internal static SavesetTags Change(
        RepositoryDirectory repository, Saveset saveset, UnixTime now, Func<SavesetTags, SavesetTags?> change, Action<BackshiftException> damaged)
    {
        for (int i = 0; i < Tries; i++)
        {
            List<long> numbers = Numbers(repository, saveset);
            SavesetTags before = SavesetTags.NoneOf(saveset);
            if (numbers.Count > 0)
            {
                try
                {
                    if (SavesetTags.TryRead(repository, PathOf(saveset, numbers.Max())) is not { } read)
                    {
                        continue;
                    }

                    before = read;
                }
                catch (BackshiftException e) when (e is not StoreException)
                {
                    damaged(e);
                    before = before with { Hold = true };
                }
            }

            if (change(before) is not { } after)
            {
                return before;
            }

            after = after with { Number = Math.Max(after.Number, numbers.DefaultIfEmpty().Max() + 1), Made = now };
            if (!ObjectPath.TryParse(ObjectType.Tags, after.Place).HasValue)
            {
                throw new BackshiftException(ExitCode.CannotCreate, $"{saveset.Name}: its tags cannot have the number {after.Number}");
            }

            if (repository.Store.TryPublish(ObjectPath.Tags(after.Place), after.Encode()))
            {
                Housekeeping.Do($"older tags of {saveset.Name} cannot be deleted", damaged, () => Delete(repository, saveset, numbers));
                return after;
            }
        }

        throw Busy(saveset);
    }

    /// <summary>Deletes all tags of a saveset.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    internal static void DeleteAll(RepositoryDirectory repository, Saveset saveset) =>
        Delete(repository, saveset, Numbers(repository, saveset));

    private static void Delete(RepositoryDirectory repository, Saveset saveset, List<long> numbers) =>
        numbers.ForEach(number => _ = repository.Store.Delete(ObjectPath.Tags(PathOf(saveset, number))));

    private static Saveset Unknown(Saveset saveset) => saveset with { IsHeld = true, HasUnreadableTags = true };

    private static List<long> Numbers(RepositoryDirectory repository, Saveset saveset)
    {
        BytePath own = SavesetName.Below(ObjectType.Tags, saveset.Place);
        byte[] wanted = [.. own.Name];
        List<long> numbers = [];
        foreach (ObjectPath path in repository.Store.List(ObjectType.Tags, own.Parent))
        {
            if (path.Path.Parent == own.Parent && SavesetPath.TryParseTags(path.Path.Name, out ReadOnlySpan<byte> time, out long number)
                && time.SequenceEqual(wanted))
            {
                numbers.Add(number);
            }
        }

        if (saveset.TagsNumber > numbers.DefaultIfEmpty().Max())
        {
            // Where listings lag, this one may not show what the one before did.
            numbers.Add(saveset.TagsNumber);
        }

        return numbers;
    }

    private static BytePath PathOf(Saveset saveset, long number)
    {
        BytePath own = SavesetName.Below(ObjectType.Tags, saveset.Place);
        return own.Parent.Join($"{Encoding.ASCII.GetString(own.Name)}~{number}");
    }

    private static BackshiftException Busy(Saveset saveset) =>
        new(ExitCode.Busy, $"{saveset.Name}: its tags change all the time", "try again when the other program has finished");
}
