using System.Globalization;
using System.Text;

namespace Backshift.Chunking.Tests;

/// <summary>One file of cuts; tests/vectors/cutter/README.txt describes it.</summary>
internal sealed class CutVector
{
    internal byte[] Seed { get; set; } = [];

    internal int Average { get; set; }

    internal List<string> Inputs { get; } = [];

    internal List<int> Lengths { get; } = [];

    internal byte[] Content => [.. Inputs.SelectMany(Input.Make)];

    internal static CutVector Parse(IEnumerable<string> lines)
    {
        CutVector vector = new();
        foreach (string line in lines)
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            string value = line[(colon < 0 ? 0 : colon + 2)..];
            switch (colon < 0 ? "" : line[..colon])
            {
                case "seed":
                    vector.Seed = Convert.FromHexString(value);
                    break;
                case "average":
                    vector.Average = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "input":
                    vector.Inputs.Add(value);
                    break;
                case "" when value.Length > 0:
                    vector.Lengths.Add(int.Parse(value, CultureInfo.InvariantCulture));
                    break;
                case "":
                    break;
                default:
                    throw new FormatException($"no such header: {line}");
            }
        }

        return vector;
    }

    internal string Format()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"seed: {Convert.ToHexStringLower(Seed)}\naverage: {Average}\n");
        Inputs.ForEach(input => text.Append(CultureInfo.InvariantCulture, $"input: {input}\n"));
        text.Append('\n');
        Lengths.ForEach(length => text.Append(CultureInfo.InvariantCulture, $"{length}\n"));
        return text.ToString();
    }
}
