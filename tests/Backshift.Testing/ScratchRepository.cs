using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;

namespace Backshift.Testing;

/// <summary>A repository of its own for one test, gone afterwards, and ways to damage it.</summary>
public sealed class ScratchRepository : IDisposable
{
    // The last of the flags in the header of a pack.
    private const int FlagsAt = 11;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-test-" + Guid.NewGuid().ToString("N"));

    public ScratchRepository(
        string codec = "zstd:3", int block = RepositoryConfig.DefaultBlock, int pack = RepositoryConfig.DefaultPack, int parity = 0,
        bool isSealed = false)
    {
        Root = BytePath.Of(folder);
        Directory = RepositoryDirectory.Create(Root,
            NewRepository.Config(RepositoryConfig.DefaultAverage, codec, parity, TimeProvider.System) with { Block = block, Pack = pack },
            lockWith: isSealed ? (key, _) => ScratchKeys.Take(Root, key) : null);
    }

    public BytePath Root { get; }

    public RepositoryDirectory Directory { get; }

    /// <summary>Stores what <paramref name="write"/> writes, durably.</summary>
    /// <param name="write">Writes.</param>
    /// <param name="warn">Is told of what is damaged; if not given, nothing may be.</param>
    public T Store<T>(Func<ChunkStore, T> write, Action<BackshiftException>? warn = null)
    {
        using RepositoryWriter writer = Write(warn);
        T result = write(writer.Chunks);
        writer.Chunks.Publish();
        return result;
    }

    /// <summary>Opens it for writing.</summary>
    /// <param name="warn">Is told of what is damaged; if not given, nothing may be.</param>
    public RepositoryWriter Write(Action<BackshiftException>? warn = null) => RepositoryWriter.Open(Directory, warn ?? (static e => throw e));

    public RepositoryReader Read(Action<BackshiftException>? warn = null) => RepositoryReader.Open(Root, warn ?? (static _ => { }), keys: ScratchKeys.Instance);

    /// <summary>The files of all packs, below the root.</summary>
    /// <param name="holdNodes">Only of those that hold nodes, or only of those that do not.</param>
    public IReadOnlyList<BytePath> Packs(bool? holdNodes = null) =>
        [.. Directory.ListPacks().Select(static name => ObjectPath.Pack(name).Path).Where(path => holdNodes is null || HoldsNodes(path) == holdNodes)];

    /// <summary>Puts a file where an object of this name is looked for.</summary>
    public void Put(BytePath path, byte[] bytes)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(FileOf(path))!);
        File.WriteAllBytes(FileOf(path), bytes);
    }

    /// <inheritdoc cref="Put(BytePath, byte[])"/>
    public void Put(ObjectPath path, byte[] bytes) => Put(path.Path, bytes);

    /// <summary>The name of the file of an object.</summary>
    public string At(ObjectPath path) => FileOf(path.Path);

    /// <summary>The file of an object.</summary>
    public byte[] Get(BytePath path) => File.ReadAllBytes(FileOf(path));

    /// <summary>Deletes the file of an object.</summary>
    public void Delete(BytePath path) => File.Delete(FileOf(path));

    /// <summary>Flips the lowest bit of a byte of an object.</summary>
    public void Flip(BytePath path, int at) => Change(path, at, static value => (byte)(value ^ 1));

    /// <summary>Damages a small object so that it cannot be read: leaves one copy of it, and flips a bit of that.</summary>
    public void Spoil(BytePath path)
    {
        byte[] bytes = Get(path);
        Put(path, bytes[..(68 + BitConverter.ToInt32(bytes, 32))]);
        Flip(path, 40);
    }

    /// <summary>Changes a byte of an object; one before the end where <paramref name="at"/> is negative.</summary>
    public void Change(BytePath path, int at, Func<byte, byte> change)
    {
        byte[] bytes = Get(path);
        int position = at < 0 ? bytes.Length + at : at;
        bytes[position] = change(bytes[position]);
        Put(path, bytes);
    }

    public void Dispose()
    {
        Directory.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    private bool HoldsNodes(BytePath pack) => (Get(pack)[FlagsAt] & 1) != 0;

    private string FileOf(BytePath path) => Root.Join(path).ToString();
}
