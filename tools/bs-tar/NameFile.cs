using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Tar;

/// <summary>Reads the list of --files-from. It is all held in memory, so its length is bounded.</summary>
internal static class NameFile
{
    private const int MostNames = 1 << 20;
    private const long MostBytes = 128 << 20;

    /// <param name="input">The list.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="separator">The byte that ends each name.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <exception cref="BackshiftException">It is no list of names, or too long.</exception>
    internal static async Task<List<BytePath>> ReadAsync(Stream input, string name, byte separator, CancellationToken cancel)
    {
        PathList list = new(input, separator, sized: false, name);
        List<BytePath> names = [];
        long bytes = 0;
        do
        {
            while (list.TryTake(out ReadOnlySpan<byte> path))
            {
                names.Add(new BytePath(path));
                bytes += path.Length;
                if (names.Count > MostNames || bytes > MostBytes)
                {
                    throw new BackshiftException(ExitCode.Usage, $"{name}: more than {MostNames} names, or {MostBytes} bytes of them",
                        "name directories, or use --exclude");
                }
            }
        }
        while (await list.ReadAsync(cancel));
        return names;
    }
}
