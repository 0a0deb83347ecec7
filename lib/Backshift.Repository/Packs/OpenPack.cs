using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>A pack that is open for reading, with its directory.</summary>
internal sealed class OpenPack : IDisposable
{
    private OpenPack(UnixFile file, PackDirectory directory)
    {
        File = file;
        Directory = directory;
    }

    internal UnixFile File { get; }

    internal PackDirectory Directory { get; }

    internal ObjectName Name => Directory.Name;

    /// <summary>When it was used last, on the shelf's own clock.</summary>
    internal long LastUse { get; set; }

    /// <summary>How many jobs read from it: it must stay open for them.</summary>
    internal int Readers { get; set; }

    /// <summary>Opens a pack.</summary>
    /// <exception cref="Records.BackshiftException">It is damaged.</exception>
    /// <exception cref="UnixException">It cannot be read, or is gone.</exception>
    internal static OpenPack Open(RepositoryDirectory repository, ObjectName name)
    {
        UnixFile file = repository.OpenObject(RepositoryLayout.Pack(name));
        bool opened = false;
        try
        {
            OpenPack pack = new(file, PackDirectory.Read(file, name));
            opened = true;
            return pack;
        }
        finally
        {
            if (!opened)
            {
                file.Dispose();
            }
        }
    }

    public void Dispose() => File.Dispose();
}
