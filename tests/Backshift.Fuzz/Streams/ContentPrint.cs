using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backshift.Fuzz.Streams;

/// <summary>A text that is the same for contents that are the same, holes included, however they were cut.</summary>
internal sealed class ContentPrint : IDisposable
{
    private readonly StringBuilder text = new();
    private readonly IncrementalHash data = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Int128 length;
    private Int128 hole;

    internal Int128 Size { get; private set; }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            FinishHole();
            data.AppendData(bytes);
            length += bytes.Length;
            Size += bytes.Length;
        }
    }

    internal void AddHole(Int128 size)
    {
        FinishData();
        hole += size;
        Size += size;
    }

    internal string Finish()
    {
        FinishData();
        FinishHole();
        return text.ToString();
    }

    private void FinishData()
    {
        if (length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{length}:{Convert.ToHexString(data.GetHashAndReset())[..20]} ");
            length = 0;
        }
    }

    private void FinishHole()
    {
        if (hole > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"hole {hole} ");
            hole = 0;
        }
    }

    public void Dispose() => data.Dispose();
}
