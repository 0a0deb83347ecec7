using System.Diagnostics;
using System.Globalization;

namespace Backshift.Tooling;

/// <summary>
/// The cost of a run, reported at its end if BACKSHIFT_TIMES is set: every stage of a pipeline then reports its processor time, which shows
/// which of them the others wait for.
/// </summary>
internal static class RunCosts
{
    internal const string Variable = "BACKSHIFT_TIMES";

    /// <summary>"3.51 s, 1.20 s of CPU and 0.30 s in the system, 40 MB of memory at most"; null unless asked for.</summary>
    internal static string? Describe(TimeSpan elapsed)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
        {
            return null;
        }

        using Process self = Process.GetCurrentProcess();
        Environment.ProcessCpuUsage used = Environment.CpuUsage;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed.TotalSeconds:0.00} s, {used.UserTime.TotalSeconds:0.00} s of CPU and {used.PrivilegedTime.TotalSeconds:0.00} s in the system, "
            + $"{SizeText.Bytes(self.PeakWorkingSet64)} of memory at most");
    }
}
