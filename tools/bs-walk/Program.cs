namespace Backshift.Tools.Walk;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length);
}
