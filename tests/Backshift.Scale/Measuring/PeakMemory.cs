using System.Globalization;

namespace Backshift.Scale.Measuring;

/// <summary>The peak of what this process had in memory, as the kernel counts it.</summary>
internal static class PeakMemory
{
    internal static string Show()
    {
        string line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return Show(long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
    }

    internal static string Show(long kibibytes) => $"{(kibibytes * 1024 / 1_000_000).ToString(CultureInfo.InvariantCulture)} MB";
}
