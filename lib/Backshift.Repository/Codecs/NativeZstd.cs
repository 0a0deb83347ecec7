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
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or TypeInitializationException)
        {
            return false;
        }
    }
}
