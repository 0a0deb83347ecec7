namespace Backshift.Repository.Copying;

/// <summary>What was copied.</summary>
public sealed class CopyCounts
{
    /// <summary>Savesets that were copied.</summary>
    public int Savesets { get; internal set; }

    /// <summary>Savesets that were there already.</summary>
    public int Present { get; internal set; }

    /// <summary>Savesets that were expired there, and are not copied therefore.</summary>
    public int Expired { get; internal set; }

    /// <summary>Savesets that could not be copied, and folders of them that could not be listed.</summary>
    public int Faults { get; internal set; }

    /// <summary>Savesets that were there, and of which other tags, another note or a hold were taken over.</summary>
    public int Tagged { get; internal set; }

    /// <summary>Savesets that have another name there by now, as in the repository that they came from.</summary>
    public int Renamed { get; internal set; }

    /// <summary>Packs that were copied as they are.</summary>
    public int Packs { get; internal set; }

    /// <summary>Their length in bytes.</summary>
    public long PackBytes { get; internal set; }

    /// <summary>Stored bytes of the blocks that were written into new packs.</summary>
    public long BlockBytes { get; internal set; }
}
