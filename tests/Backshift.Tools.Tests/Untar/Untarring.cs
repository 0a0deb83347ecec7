using System.Buffers;
using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Untar.Tests;

/// <summary>What becomes of an archive.</summary>
internal sealed class Untarring
{
    internal List<EntryRecord> Entries { get; } = [];

    internal List<string> Paths => Entries.ConvertAll(static entry => entry.Path.ToString());

    /// <summary>The content of each entry; a hole is "(hole N)".</summary>
    internal List<string> Contents { get; } = [];

    internal List<ProblemRecord> Problems { get; } = [];

    internal List<string> Said { get; } = [];

    internal EndRecord? End { get; private set; }

    internal ExitCode Status { get; private set; }

    /// <summary>The error that ended it.</summary>
    internal BackshiftException? Error { get; private set; }

    internal static Task<Untarring> OfAsync(Archive archive, bool ignoreZeros = false) => OfAsync(archive.Bytes, ignoreZeros);

    internal static async Task<Untarring> OfAsync(byte[] archive, bool ignoreZeros = false)
    {
        Untarring untarring = new();
        MemoryStream input = new(archive);
        MemoryStream stream = new();
        using UntarStage stage =
            new(new TarReader(input), stream, new BeginRecord { Host = "h", Stages = ["bs-untar"] }, ignoreZeros, untarring.Said.Add, ScratchSpace.Create);
        try
        {
            untarring.Status = await stage.RunAsync(CancellationToken.None);
            if (input.Position != input.Length)
            {
                throw new InvalidOperationException("the archive was not read to its end");
            }
        }
        catch (BackshiftException e)
        {
            untarring.Error = e;
            untarring.Status = e.Code;
        }

        stream.Position = 0;
        await untarring.ReadAsync(new RecordReader(stream));
        return untarring;
    }

    private async Task ReadAsync(RecordReader reader)
    {
        try
        {
            while (await reader.ReadAsync())
            {
                Take(reader);
            }
        }
        catch (StreamCutException)
        {
        }
    }

    private void Take(RecordReader reader)
    {
        switch (reader.Kind)
        {
            case RecordKind.Entry:
                Entries.Add(EntryRecord.ReadFrom(reader.Encoded));
                Contents.Add("");
                break;
            case RecordKind.Data:
                Contents[^1] += Encoding.Latin1.GetString(DataRecord.ReadFrom(reader.Encoded).ToArray());
                break;
            case RecordKind.Hole:
                Contents[^1] += $"(hole {HoleRecord.ReadFrom(reader.Encoded)})";
                break;
            case RecordKind.Problem:
                Problems.Add(ProblemRecord.ReadFrom(reader.Encoded));
                break;
            case RecordKind.End:
                End = EndRecord.ReadFrom(reader.Encoded);
                break;
        }
    }
}
