namespace Backshift.Records;

/// <summary>Bounds of backshift-stream(5), "Bounds". Every length from outside is checked against one of them before it is used.</summary>
public static class StreamLimits
{
    public const int Version = 1;

    /// <summary>Limit on the length of a record, in bytes as encoded.</summary>
    public const int Record = 16 << 20;

    /// <summary>Limit on the content of one record, in bytes.</summary>
    public const int Content = 8 << 20;

    /// <summary>Limit on the length of a path, in bytes.</summary>
    public const int Path = 65535;

    /// <summary>Limit on the chunks of an earlier version that an entry names.</summary>
    public const int Earlier = 256;

    /// <summary>Limit on the text of a problem, in bytes of UTF-8.</summary>
    public const int Text = 16384;

    /// <summary>Limit on the path of a problem, in bytes: it need not be one that an entry can have.</summary>
    public const int ProblemPath = 1 << 20;

    /// <summary>Limit on the name of a host, a subset, a stage or a saveset, in bytes of UTF-8.</summary>
    public const int Name = 255;

    /// <summary>Limit on the savesets that a stream or a saveset names as its bases.</summary>
    public const int Bases = 1000;

    /// <summary>Limit on the roots that a stream names.</summary>
    public const int Roots = 1000;

    /// <summary>Limit on the paths of the roots, all together.</summary>
    public const int RootBytes = 1 << 20;

    /// <summary>Limit on the level of a node of a list or tree.</summary>
    public const int Level = 32;

    /// <summary>Limit on the words of begin that say what a stage must know.</summary>
    public const int Requires = 100;

    /// <summary>Length of the identity of a save, in bytes.</summary>
    public const int Save = 16;

    /// <summary>Limit on the keys of a record.</summary>
    public const int Keys = 1024;

    /// <summary>How deep values may nest, counted from the record itself.</summary>
    public const int Depth = 16;
}
