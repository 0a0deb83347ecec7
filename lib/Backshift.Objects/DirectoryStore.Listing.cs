using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

public sealed partial class DirectoryStore
{
    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null) =>
        ListFolder(type, below.IsEmpty ? ObjectPath.FolderOf(type) : below, unlisted, isFirst: true);

    private IEnumerable<ObjectPath> ListFolder(ObjectType type, BytePath folder, Action<BytePath, BackshiftException>? unlisted, bool isFirst)
    {
        foreach (BytePath name in isFirst ? Names(folder) : NamesBelow(type, folder, unlisted))
        {
            BytePath path = folder.Join(name);
            if (ObjectPath.TryParse(type, path) is { } found)
            {
                yield return found;
            }
            else if (ObjectPath.IsFolder(type, path))
            {
                foreach (ObjectPath inside in ListFolder(type, path, unlisted, isFirst: false))
                {
                    yield return inside;
                }
            }
        }
    }

    private static bool HasHosts(ObjectType type) => type is ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags;

    private List<BytePath> NamesBelow(ObjectType type, BytePath folder, Action<BytePath, BackshiftException>? unlisted)
    {
        try
        {
            // Among the savesets files of other programs are passed over; what looks like a directory of ours and cannot be read is not.
            bool isFile = HasHosts(type) && held.TryGetStatus(folder, out FileStatus status) == 0 && status.Kind == FileKind.Regular;
            return isFile ? [] : Names(folder);
        }
        catch (BackshiftException e) when (unlisted is not null)
        {
            unlisted(folder, e);
            return [];
        }
    }

    /// <summary>The names in a directory of the store, sorted by byte; none where it is missing.</summary>
    private List<BytePath> Names(BytePath folder)
    {
        try
        {
            return held.TryList(folder, out int errno) ?? errno switch
            {
                Errno.ENOENT => [],
                Errno.ENOTDIR => throw IsNoDirectory(folder),
                Errno.ELOOP => throw LiesBeyondLink(folder),
                _ => throw new UnixException(errno, "open", Location.Join(folder).ToString()),
            };
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }
}
