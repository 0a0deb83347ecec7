using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Json;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<bool> back = new("--back", "-d") { Description = "read lines of JSON and write a stream" };
        RootCommand root = new("write a stream as lines of JSON, or lines of JSON as a stream") { back };
        return Tool.RunAsync("bs-json", root, args, (options, tool, cancel) => options.GetValue(back)
            ? new BackStage(new LineReader(tool.OpenInput("lines")), new RecordWriter(tool.OpenOutput())).RunAsync(cancel)
            : new LinesStage(new RecordReader(tool.OpenInput()), tool.OpenText(), Descriptors.IsTerminal(1)).RunAsync(cancel));
    }
}
