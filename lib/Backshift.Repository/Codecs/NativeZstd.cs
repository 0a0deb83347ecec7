namespace Backshift.Repository.Codecs;

/// <summary>Whether the native Zstandard library loads here. BACKSHIFT_ZSTD=managed disables it.</summary>
internal static class NativeZstd
{
    private static readonly Lazy<bool> Loaded = new(Probe);

    internal static bool IsAvailable => Loaded.Value;

    private static bool Probe()
    {
        if (Environment.GetEnvironmentVariable("BACKSHIFT_ZSTD") == "managed")
        {
            return false;
        }

        try
        {
            using ZstdNet.Compressor compressor = new();
            return true;
        }
        catch (Exception e) when (DoesNotLoad(e) || (e is TypeInitializationException { InnerException: { } inner } && DoesNotLoad(inner)))
        {
            // Nothing is reported: the managed port writes and reads the same, more slowly. Any other exception is a fault of ours, or there is no memory.
            return false;
        }
    }

    private static bool DoesNotLoad(Exception e) => e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException;
}
