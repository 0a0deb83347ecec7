using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Serving;
using Backshift.Testing;

namespace Backshift.Remote.Tests;

/// <summary>The place of a server, which notes what is read of packs.</summary>
internal sealed class ServedPlace(IObjectStore store) : IPlace
{
    private RecordingStore? recording;

    internal bool HasVersions { get; init; } = true;

    internal bool HasSums { get; init; } = true;

    internal Action<ObjectPath, long, Span<byte>>? Changes { get; init; }

    internal IReadOnlyList<string> Seen => [.. recording!.Calls.Where(static call => call.Type == ObjectType.Pack).Select(static call =>
        call.Verb == "open" && call.Bytes == 0 ? "open nothing" : call.Verb)];

    public BytePath Location => store.Location;

    public bool HasRepository => true;

    public bool IsVacant => false;

    public IObjectStore Open() => recording = new RecordingStore(DirectoryStore.Open(Location)) { HasVersions = HasVersions, Changes = Changes };

    public IObjectStore Make(bool isShared, Action<string> note) => throw new NotSupportedException();

    internal void Clear() => recording!.Clear();
}
