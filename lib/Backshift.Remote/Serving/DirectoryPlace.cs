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

    public bool IsVacant => DirectoryStore.IsVacant(Location);

    public IObjectStore Open() => DirectoryStore.Open(Location);

    public IObjectStore Make(bool isShared, Action<string> note) => DirectoryStore.Make(Location, isShared, note);
}
