using Backshift.Repository.Codecs;

namespace Backshift.Repository.Workers;

/// <summary>What one worker keeps from job to job.</summary>
public sealed class WorkerContext : IDisposable
{
    internal BlockCodec Codec { get; } = new();

    /// <summary>Scratch space; grows to what was asked for.</summary>
    internal byte[] Scratch { get; private set; } = [];

    internal byte[] ScratchFor(int length)
    {
        if (Scratch.Length < length)
        {
            Scratch = GC.AllocateUninitializedArray<byte>(length);
        }

        return Scratch;
    }

    public void Dispose() => Codec.Dispose();
}
