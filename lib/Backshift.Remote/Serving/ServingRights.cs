using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

/// <summary>
/// What a client may do. Without any restriction it may do everything; otherwise it may read, and do what is granted. One place decides, and it knows no more
/// of an object than its path, and whether this client has made it.
/// </summary>
public sealed record ServingRights
{
    /// <summary>Only to read, and what else is granted.</summary>
    public bool MayRead { get; init; }

    /// <summary>To save: nothing that is there can be changed or deleted.</summary>
    public bool MayAppend { get; init; }

    /// <summary>To expire savesets and to bring them back, and to tag them.</summary>
    public bool MayExpire { get; init; }

    /// <summary>To delete what is not needed.</summary>
    public bool MayCollect { get; init; }

    /// <summary>The hosts whose savesets it sees and makes, as they stand in paths; none for all.</summary>
    public IReadOnlyList<BytePath> Hosts { get; init; } = [];

    /// <summary>A host as it stands in paths.</summary>
    /// <param name="name">Its name.</param>
    public static BytePath FolderOf(string name) => BytePath.Of(SavesetPath.Escape(Encoding.UTF8.GetBytes(name)));

    /// <summary>Whether there is any restriction.</summary>
    public bool AreRestricted => MayRead || MayAppend || MayExpire || MayCollect || Hosts.Count > 0;

    // Naming hosts restricts what is seen. Where nothing says what may be done, it is to save.
    private bool Appends => MayAppend || !(MayRead || MayExpire || MayCollect);

    private bool Writes => Appends || MayExpire || MayCollect;

    /// <summary>Whether a client may make a repository.</summary>
    internal bool MayMake => !AreRestricted;

    /// <summary>Whether a client may see an object, or a folder.</summary>
    /// <param name="path">Its path.</param>
    internal bool Shows(BytePath path)
    {
        if (Hosts.Count == 0)
        {
            return true;
        }

        ReadOnlySpan<byte> rest = path.Span;
        int slash = rest.IndexOf((byte)'/');
        if (slash < 0 || !IsByHost(rest[..slash]))
        {
            return true;
        }

        rest = rest[(slash + 1)..];
        int end = rest.IndexOf((byte)'/');
        BytePath host = new(end < 0 ? rest : rest[..end]);
        return Hosts.Contains(host);
    }

    /// <summary>Why a request is refused; null if it is not.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="path">The object or the folder that it is about; null if it is about none.</param>
    /// <param name="isOwn">Whether it is about an intent or a saveset that this client has made: that may be withdrawn.</param>
    internal string? Refusal(Verb request, ObjectPath? path, bool isOwn)
    {
        if (!AreRestricted || request is Verb.Open or Verb.Read or Verb.Sums or Verb.Exists or Verb.List or Verb.Time or Verb.Verify or Verb.Held or Verb.Drop
            or Verb.Release or Verb.Return or Verb.Write)
        {
            return null;
        }

        if (path is { } named && !Shows(named.Path))
        {
            return "this client may not see that host";
        }

        return (request switch
        {
            Verb.Prepare or Verb.Sweep or Verb.Durable or Verb.Lease => Writes,
            Verb.Put or Verb.Publish or Verb.Hold => path is { } target && (MayMakeOf(target) || (isOwn && target.Type == ObjectType.Expired)),
            Verb.Start => path is { } folder && (MayMakeIn(folder.Type) || (Appends && folder.Type == ObjectType.Expired)),
            Verb.Delete => isOwn || (path is { } doomed && MayDelete(doomed.Type)),
            _ => false,
        }) ? null : $"this client may only {Granted()}";
    }

    // That listings lag is said by the first program that knows: no writer ever has that name.
    private bool MayMakeOf(ObjectPath path) =>
        MayMakeIn(path.Type) && (path.Type != ObjectType.Intent || MayCollect || IsMark(path) || !IsFence(path));

    private bool MayMakeIn(ObjectType type) => type switch
    {
        ObjectType.Pack or ObjectType.Run or ObjectType.Parity => Appends || MayCollect,
        ObjectType.Saveset => Appends || MayExpire,
        ObjectType.Expired or ObjectType.Tags => MayExpire,
        ObjectType.CheckRecord => MayCollect,

        // The first collection asks all writers for intents.
        ObjectType.Condemned or ObjectType.Moved or ObjectType.Settings => MayCollect,
        ObjectType.Intent => Writes,
        _ => false,
    };

    private bool MayDelete(ObjectType type) => type switch
    {
        ObjectType.Saveset => MayExpire,
        ObjectType.Expired or ObjectType.Tags => MayExpire || MayCollect,
        ObjectType.Pack or ObjectType.Run or ObjectType.Parity or ObjectType.Condemned or ObjectType.Intent or ObjectType.CheckRecord
            or ObjectType.Settings or ObjectType.Moved => MayCollect,
        _ => false,
    };

    private static bool IsFence(ObjectPath path) => IntentPath.TryParse(path.Path.Name, out _, out long number) && number == 0;

    /// <summary>Whether this is one of the two objects that say that listings lag.</summary>
    internal static bool IsMark(ObjectPath path) => IntentPath.TryParse(path.Path.Name, out ObjectName id, out _) && id == default;

    private static bool IsByHost(ReadOnlySpan<byte> folder) =>
        folder.SequenceEqual("savesets"u8) || folder.SequenceEqual("expired"u8) || folder.SequenceEqual("tags"u8);

    private string Granted()
    {
        List<string> words = [.. (string[])[Appends ? "save" : "", MayExpire ? "expire" : "", MayCollect ? "collect" : ""]];
        words.RemoveAll(string.IsNullOrEmpty);
        return words.Count == 0 ? "read" : "read and " + string.Join(" and ", words);
    }
}
