using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>A repository of its own for one test, gone afterwards.</summary>
internal sealed class ScratchRepository : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-test-" + Guid.NewGuid().ToString("N"));

    internal ScratchRepository(string codec = "zstd:3", int block = RepositoryConfig.DefaultBlock)
    {
        Root = BytePath.Of(folder);
        Directory = RepositoryDirectory.Create(Root, NewRepository.Config(RepositoryConfig.DefaultAverage, codec, TimeProvider.System) with { Block = block });
    }

    internal BytePath Root { get; }

    internal RepositoryDirectory Directory { get; }

    /// <summary>The file of an object.</summary>
    internal string At(ObjectPath path) => Root.Join(path.Path).ToString();

    /// <summary>Puts a file where a pack or a run of this name is looked for.</summary>
    internal void Put(ObjectPath path, byte[] bytes) => Put(path.Path, bytes);

    /// <summary>Puts a file anywhere in the repository.</summary>
    internal void Put(BytePath path, byte[] bytes)
    {
        string file = Root.Join(path).ToString();
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>Stores what <paramref name="write"/> writes, durably.</summary>
    /// <param name="write">Writes.</param>
    /// <param name="warn">Is told of what is damaged; if not given, nothing may be.</param>
    internal T Store<T>(Func<ChunkStore, T> write, Action<BackshiftException>? warn = null)
    {
        using WorkerPool workers = new(1);
        using ChunkStore chunks = new(Directory, workers, warn ?? (static e => throw e));
        T result = write(chunks);
        chunks.Publish();
        return result;
    }

    internal RepositoryReader Read(Action<BackshiftException>? warn = null) => RepositoryReader.Open(Root, warn ?? (static _ => { }));

    public void Dispose()
    {
        Directory.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
    }
}
