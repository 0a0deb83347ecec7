using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

internal sealed partial class ServedClient
{
    // What is held or mended is small, and goes through memory: no object of either sort may be longer.
    private const int WholeLimit = 48 << 20;

    // How many are written down of one connection.
    private const int MostRefusals = 100;

    // A header, and a small object with both its copies.
    private const int VerifiedLimit = 40 << 20;

    private Answer Hold(ObjectPath path, long length, Func<IDisposable?> publish)
    {
        lock (gate)
        {
            if (held.Count >= MostHeld)
            {
                throw new BackshiftException(ExitCode.Usage, $"this client holds {MostHeld} objects already");
            }
        }

        if (publish() is not { } holding)
        {
            return new Answer { Said = false };
        }

        Take(held, path.Path)?.Dispose();
        lock (gate)
        {
            held[path.Path] = holding;
        }

        return Published(path, isPublished: true, length);
    }

    private Answer HoldDraft(long number, ServedDraft draft, ObjectPath path)
    {
        // One at a time is in memory.
        lock (whole)
        {
            byte[] bytes = WholeOf(draft.Draft);
            Answer answer = Hold(path, bytes.Length, () => store.TryPublishHeld(path, bytes));
            if (answer.Said == true)
            {
                End(number, draft);
            }

            return answer;
        }
    }

    private Answer Lease(LeaseKind kind)
    {
        lock (gate)
        {
            if (leases.Count >= MostHeld)
            {
                throw new BackshiftException(ExitCode.Usage, $"this client has {MostHeld} leases already");
            }
        }

        if (store.TryLease(kind) is not { } lease)
        {
            return new Answer();
        }

        lock (gate)
        {
            leases.Add(++lastLease, lease);
            return new Answer { Lease = lastLease };
        }
    }

    private Answer Mend(long number, ServedDraft draft, ObjectPath path)
    {
        bool isMended;
        lock (whole)
        {
            isMended = store.TryMend(path, WholeOf(draft.Draft));
        }

        if (isMended)
        {
            log?.Write("mend", path.Path, $" {draft.Draft.Length}");
        }

        open.Forget(path.Path);
        End(number, draft);
        return new Answer { Said = isMended };
    }

    private static byte[] WholeOf(IObjectDraft draft)
    {
        if (draft.Length > WholeLimit)
        {
            throw new BackshiftException(ExitCode.Usage, $"an object that is held or mended is at most {WholeLimit} bytes long");
        }

        byte[] bytes = new byte[(int)draft.Length];
        draft.ReadExactly(bytes, 0);
        return bytes;
    }

    private Answer Published(ObjectPath path, bool isPublished, long length)
    {
        if (isPublished)
        {
            log?.Write("put", path.Path, $" {length}");
        }

        if (isPublished && path.Type is ObjectType.Intent or ObjectType.Saveset && !ServingRights.IsMark(path))
        {
            lock (gate)
            {
                // One that renews its intents deletes the old ones, or makes few.
                if (own.Count < MostOwn)
                {
                    own.Add(path.Path);
                }

                if (IntentPath.TryParse(path.Path.Name, out ObjectName id, out long number) && number > 0 && writers.Count < MostOwn)
                {
                    writers.Add(id);
                }
            }
        }

        return new Answer { Said = isPublished, Exclusive = store.HasExclusiveNames ? null : false };
    }

    private Answer Delete(ObjectPath path)
    {
        bool isDeleted = store.Delete(path);
        open.Forget(path.Path);
        Take(held, path.Path)?.Dispose();
        lock (gate)
        {
            own.Remove(path.Path);
        }

        if (isDeleted)
        {
            log?.Write("delete", path.Path);
        }

        return new Answer { Said = isDeleted };
    }

    // What comes whole, and is published at once.
    private void Charge(ObjectPath path, long length)
    {
        if (Quota is not null)
        {
            Quota.Take(store, length);
            Quota.Enter(path, length, length);
        }
    }

    private void End(long number, ServedDraft draft)
    {
        lock (gate)
        {
            drafts.Remove(number);
        }

        draft.HasEnded = true;
        Quota?.Return(draft.Taken);
        draft.Draft.Dispose();
    }

    private static BackshiftException NoDraft(long number) => new(ExitCode.Usage, $"there is no draft {number}");

    private T? Take<TKey, T>(Dictionary<TKey, T> from, TKey key)
        where TKey : notnull
        where T : class
    {
        lock (gate)
        {
            return from.Remove(key, out T? value) ? value : null;
        }
    }

    private void Allow(Request request, ObjectPath? path)
    {
        if (RefusalOf(request, path) is { } reason)
        {
            LogRefusal(request, path);
            BytePath shown = path is { } one ? store.Location.Join(one.Path) : store.Location;
            throw new StoreException(StoreTrouble.Refused, ExitCode.NotPermitted, $"{shown}: {reason}", reason);
        }
    }

    // A client that does nothing else must not fill the disk with it.
    private void LogRefusal(Request request, ObjectPath? path)
    {
        int number = Interlocked.Increment(ref refusals);
        if (number < MostRefusals)
        {
            log?.Write("refuse", path?.Path ?? default, $" {request.Verb.ToString().ToLowerInvariant()}");
        }
        else if (number == MostRefusals)
        {
            log?.Write("refuse", default, " more");
        }
    }

    private string? RefusalOf(Request request, ObjectPath? path)
    {
        BytePath made = path?.Path ?? default;
        if (made.Span.StartsWith("expired/"u8))
        {
            // A writer that was taken for dead moves its saveset out of the way, and so to the place of an expired one.
            made = ObjectPath.FolderOf(ObjectType.Saveset).Join(made.Span["expired/".Length..]);
        }

        bool isOwn;
        lock (gate)
        {
            isOwn = own.Contains(made);
        }

        return rights.Refusal(request.Verb, path, isOwn) ?? (path is { } one && rights.AreRestricted && request.Verb is Verb.Put or Verb.Publish or Verb.Hold
            ? RefusalOfName(one) : null);
    }

    /// <summary>
    /// Why an intent may not have its name: a collector believes what stands in the intents of a writer, so none may be made for another one, whose name can be
    /// seen from its first intent on. And who says that listings lag makes all collections wait.
    /// </summary>
    private string? RefusalOfName(ObjectPath path)
    {
        if (path.Type != ObjectType.Intent || !IntentPath.TryParse(path.Path.Name, out ObjectName id, out long number))
        {
            return null;
        }

        if (ServingRights.IsMark(path))
        {
            return store.IsImmediate ? "this client may not say that listings lag here" : null;
        }

        lock (gate)
        {
            if (number == 0 || writers.Contains(id))
            {
                return null;
            }
        }

        return number == 1 && !store.List(ObjectType.Intent).Any(other => IntentPath.TryParse(other.Path.Name, out ObjectName known, out _) && known == id)
            ? null : "this client may not make an intent of another one";
    }

    /// <summary>Refuses what a client with restricted rights puts in the place of an object, if it is not one of that sort, or damaged.</summary>
    private void Verify(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        if (!rights.AreRestricted)
        {
            return;
        }

        VerifyForm(path, bytes);
        if (Judge is not null && !ObjectForm.IsSmall(path.Type))
        {
            VerifyContent(path, new MemoryObject(bytes.ToArray()));
        }
    }

    private void Verify(ObjectPath path, IObjectDraft draft)
    {
        if (!rights.AreRestricted)
        {
            return;
        }

        bool isSmall = ObjectForm.IsSmall(path.Type);
        if (isSmall && draft.Length > VerifiedLimit)
        {
            throw Unfit(path, "is longer than such an object can be");
        }

        lock (whole)
        {
            byte[] bytes = new byte[(int)Math.Min(draft.Length, isSmall ? VerifiedLimit : ObjectHeader.Size)];
            draft.ReadExactly(bytes, 0);
            VerifyForm(path, bytes);
        }

        VerifyContent(path, draft);
    }

    private void VerifyForm(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        if (ObjectForm.FaultOf(path, bytes) is { } fault)
        {
            throw Unfit(path, fault);
        }
    }

    private void VerifyContent(ObjectPath path, IStoredObject content)
    {
        if (Judge?.FaultOf(path, content) is { } fault)
        {
            throw Unfit(path, fault);
        }
    }

    private StoreException Unfit(ObjectPath path, string fault) =>
        new(StoreTrouble.Refused, ExitCode.DataError, $"{store.Location.Join(path.Path)}: {fault}", fault);

    private static ObjectPath PathOf(Request request) => ObjectPath.TryParse(request.Path)
        ?? throw new BackshiftException(ExitCode.Usage, $"{request.Path}: no object can have this path");

    private static ObjectType FolderOf(Request request) => ObjectPath.TryParseFolder(request.Path)
        ?? throw new BackshiftException(ExitCode.Usage, $"{request.Path}: no objects can be in this folder");
}
