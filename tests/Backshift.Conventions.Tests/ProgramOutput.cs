using CliWrap;
using CliWrap.Buffered;

namespace Backshift.Conventions.Tests;

/// <summary>What the built programs say.</summary>
internal static class ProgramOutput
{
    /// <summary>The folder of programs: BIN, or where `make jit` or `make` put them.</summary>
    private static string? Folder { get; } =
        new[] { Environment.GetEnvironmentVariable("BIN"), SourceTree.At("out/jit"), SourceTree.At("out/bin") }
            .FirstOrDefault(folder => !string.IsNullOrEmpty(folder) && File.Exists(Path.Combine(folder, "backshift")));

    public static async Task<BufferedCommandResult> RunAsync(string program, params string[] arguments)
    {
        if (Folder is null)
        {
            const string reason = "no programs: run `make jit` first, or set BIN to a folder of them";
            if (Environment.GetEnvironmentVariable("CI") is "true")
            {
                Assert.Fail(reason);
            }
            Assert.Skip(reason);
        }
        string path = Path.Combine(Folder, program);
        Assert.True(File.Exists(path), $"{path} is missing");
        return await Cli.Wrap(path).WithArguments(arguments).WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
    }
}
