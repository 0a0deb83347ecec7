using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Tooling;
using Xunit;

namespace Backshift.Tools.Restore.Tests;

/// <summary>A directory for a test to restore into, and what was reported.</summary>
internal sealed class RestoredFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("backshift-restore-");

    internal List<string> Said { get; } = [];

    internal string Path => folder.FullName;

    /// <summary>The lines of changes, in order.</summary>
    internal List<string> Changes { get; } = [];

    internal ExitCode Restore(SavedTree tree, RestoreOptions? options = null, params string[] paths)
    {
        using RepositoryReader reader = tree.Open(workers: 1);
        return Run(options, target =>
        {
            using SavesetRestore restore = new(reader, reader.Find("@2"), Select(paths), target, null);
            return restore.Run(CancellationToken.None);
        });
    }

    internal ExitCode Restore(Stream stream, RestoreOptions? options = null, params string[] paths) => Run(options, target =>
    {
        using StreamRestore restore = new(stream, static () => null, Select(paths), target, null);
        return restore.RunAsync(CancellationToken.None).GetAwaiter().GetResult();
    });

    internal string At(string path) => System.IO.Path.Combine(Path, path);

    internal string Read(string path) => File.ReadAllText(At(path));

    internal void Write(string path, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(path))!);
        using StreamWriter writer = new(At(path));
        writer.Write(content);
    }

    /// <summary>The paths below, sorted.</summary>
    internal List<string> Names() =>
        [.. folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(each => System.IO.Path.GetRelativePath(Path, each.FullName))
            .Order(StringComparer.Ordinal)];

    internal FileStatus Status(string path)
    {
        Assert.Equal(0, FileStatus.TryGet(BytePath.Of(At(path)), out FileStatus status));
        return status;
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static PathSelection Select(string[] paths) => new([.. paths.Select(BytePath.Of)]);

    private ExitCode Run(RestoreOptions? options, Func<RestoreTarget, ExitCode> restore)
    {
        using MemoryStream printed = new();
        ChangeLines lines = new(new OutputBuffer(printed), escape: true);
        using UnixFile top = UnixFile.Open(BytePath.Of(Path), OpenFor.Directory);
        RestoreReport report = new(Said.Add, verbose: false);
        try
        {
            return restore(new RestoreTarget(top, options ?? new RestoreOptions(), report, lines, TimeProvider.System));
        }
        finally
        {
            lines.Flush();
            Changes.Clear();
            Changes.AddRange(System.Text.Encoding.UTF8.GetString(printed.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }
}
