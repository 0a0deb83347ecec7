using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Remote.Serving;

/// <summary>A directory of the server's machine.</summary>
public sealed class DirectoryPlace : IPlace
{
    /// <param name="location">The directory.</param>
    public DirectoryPlace(BytePath location) => Location = location;

    public BytePath Location { get; }

    public bool HasRepository => DirectoryStore.Exists(Location);

    public bool IsVacant => !IsSomethingElse && DirectoryStore.IsVacant(Location);

    private bool IsSomethingElse =>
        FileStatus.TryGet(Location, out FileStatus status) == 0 && status.Kind is not (FileKind.Directory or FileKind.SymbolicLink);

    public IObjectStore Open() => DirectoryStore.Open(Location);

    public IObjectStore Make(bool isShared, Action<string> note) => DirectoryStore.Make(Location, isShared, note);
}
