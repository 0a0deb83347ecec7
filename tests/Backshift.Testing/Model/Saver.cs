using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;
using Backshift.Repository.Saving;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Testing.Model;

/// <summary>A save: what bs-since and bs-store do with a stream, without the stream.</summary>
/// <param name="schedule">Where.</param>
/// <param name="process">Who.</param>
/// <param name="plan">What it does.</param>
/// <param name="dropped">The rule that it does not follow.</param>
internal sealed class Saver(Schedule schedule, ModelProcess process, SavePlan plan, DroppedRule dropped)
{
    private readonly Random random = process.Random;
    private readonly Dictionary<string, Digest[]> files = [];
    private readonly Dictionary<string, Digest[]> unchanged = [];
    private Saveset? lastSaveset;
    private string? lastPath;

    internal void Run()
    {
        BeginRecord begin = new() { Host = plan.Host, Started = UnixTime.Now(process.Clock), Save = NewSave() };
        using RepositoryReader? reader = plan.LeansOnBase ? RepositoryReader.Open(schedule.Open(process, dropped), static _ => { }) : null;
        OwnIntent? announced = reader?.Announce();
        try
        {
            if (plan.LooksFirst)
            {
                FindUnchanged(reader);
            }

            using RepositoryDirectory directory = schedule.Open(process, dropped);
            using ChunkStore chunks = ChunkStore.Open(directory, schedule.Workers, static _ => { });
            FindUnchanged(reader);
            if (!plan.KeepsReader)
            {
                announced?.Dispose();
                announced = null;
            }

            Store(directory, chunks, begin);
        }
        finally
        {
            announced?.Dispose();
        }
    }

    private void Store(RepositoryDirectory directory, ChunkStore chunks, BeginRecord begin)
    {
        SavesetOptions options = new(null, null, null, plan.Deltas, "model 1");
        using SavesetSink sink = new(directory, chunks, options, static _ => { }, process.Clock);
        sink.Begin(begin);
        foreach ((string path, int version) in plan.Files)
        {
            if (plan.IsPaced)
            {
                directory.Store.Now();
            }

            chunks.Received();
            AddFile(chunks, sink, path, version);
            if (plan.Checkpoints.Contains(path))
            {
                sink.PublishCheckpoint();
            }
        }

        Saveset? saved = plan.IsCut ? sink.PublishIncomplete("it was cut") : sink.PublishComplete();
        if (plan.IsCut && lastPath is not null)
        {
            // The entry that was under way may not be whole, and is left out.
            files.Remove(lastPath);
        }

        if (saved is not null)
        {
            // Its writer would say so now.
            schedule.Report(saved, files, process);
        }

        sink.Tidy();
        chunks.Tidy();
    }

    private void AddFile(ChunkStore chunks, SavesetSink sink, string path, int version)
    {
        EntryRecord entry = new() { Path = BytePath.Of(path), Type = EntryType.File, Mode = 0x1A4, Mtime = new UnixTime(1_700_000_000 + version, 0) };
        sink.StartEntry(entry);
        lastPath = path;
        if (!unchanged.TryGetValue(path, out Digest[]? known))
        {
            Digest[] digests = Universe.Chunks(path, version);
            foreach (Digest digest in digests)
            {
                sink.StoreChunk(digest, Universe.Content(digest));
            }

            files.Add(path, digests);
            return;
        }

        foreach (Digest digest in known)
        {
            int size = Universe.Content(digest).Length;
            if (dropped != DroppedRule.Hold && !chunks.Hold(digest, size))
            {
                schedule.Miss(process, lastSaveset, $"chunk {digest} of {path}");
                sink.DropEntry();
                lastPath = null;
                sink.AddProblem(MissingContent.Problem(BytePath.Of(path), "model", $"chunk {digest}"));
                return;
            }

            sink.AddChunk(digest, size);
        }

        files.Add(path, known);
    }

    /// <summary>Takes files from the last saveset of the host, as bs-since does.</summary>
    private void FindUnchanged(RepositoryReader? reader)
    {
        if (reader is null || unchanged.Count > 0)
        {
            return;
        }

        try
        {
            if (reader.Savesets(plan.Host, null) is not [.., { } last])
            {
                return;
            }

            lastSaveset = last;
            foreach (StoredEntry entry in reader.Entries(last, default))
            {
                ContentPart[] parts = [.. reader.Parts(entry)];
                if (random.Next(3) < plan.Unchanged && Array.TrueForAll(parts, part => reader.Contains(part.Digest!.Value, part.Size)))
                {
                    unchanged.Add(entry.Path.ToString(), [.. parts.Select(static part => part.Digest!.Value)]);
                }
            }
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            // The base was expired and collected while it was read.
            schedule.Miss(process, lastSaveset, e.Message);
        }
    }

    private byte[] NewSave()
    {
        byte[] save = new byte[StreamLimits.Save];
        random.NextBytes(save);
        return save;
    }
}
