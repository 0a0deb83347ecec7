using System.Buffers;
using System.Text;
using Backshift.Chunking;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Sealing;
using MessagePack;

namespace Backshift.Repository.Configuration;

/// <summary>What a repository was made with; see backshift-repository(5), "Configuration".</summary>
public sealed record RepositoryConfig
{
    public const int DefaultAverage = 16 << 10;
    public const int DefaultBlock = 1 << 20;
    public const int DefaultPack = 32 << 20;

    private const int AverageLimit = 1 << 20;
    private const int BlockLimit = 8 << 20;
    private const int PackLimit = 1 << 30;
    private const int ParityLimit = 100;
    private const int CutterSeedSize = 32;
    private const string CutterName = "p16";
    private const string SealingName = "aes256gcm";

    /// <summary>The repository's id.</summary>
    public ObjectName Id { get; init; }

    public UnixTime Created { get; init; }

    /// <summary>Average length of a chunk in bytes.</summary>
    public int CutterAverage { get; init; } = DefaultAverage;

    /// <summary>32 bytes.</summary>
    public byte[] CutterSeed { get; init; } = CutterKey.PublicSeed.ToArray();

    /// <summary>Length of the content of a block in bytes.</summary>
    public int Block { get; init; } = DefaultBlock;

    /// <summary>Length at which a writer closes a pack, in bytes.</summary>
    public int Pack { get; init; } = DefaultPack;

    public CodecChoice Codec { get; init; } = CodecChoice.Default;

    /// <summary>Parity that writers add to packs, in percent of their size, up to 100. 0 for none.</summary>
    public int Parity { get; init; }

    /// <summary>Whether its objects are encrypted.</summary>
    public bool IsSealed { get; init; }

    /// <summary>The SHA-256 at the end of the configuration, on which all keys depend; empty unless it was read.</summary>
    public byte[] Sum { get; private init; } = [];

    /// <summary>How its chunks are named.</summary>
    public ChunkNaming Naming { get; private init; } = ChunkNaming.Plain;

    /// <summary>Why this program must not write to the repository, which it can read; null if it may.</summary>
    public string? WriteRefusal { get; private init; }

    /// <summary>The cutter that a stream names if it was cut for this repository.</summary>
    public CutterNote CutterNote => new(CutterName, CutterAverage, new CutterKey(CutterSeed).Identity.ToArray());

    /// <summary>Reads the configuration in a store, as it was when the repository was made; see <see cref="WithSettings"/>.</summary>
    /// <exception cref="BackshiftException">There is none, or it is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static RepositoryConfig Read(IObjectStore store)
    {
        BytePath path = store.Location.Join(ObjectPath.Configuration.Path);
        byte[] body = SmallObject.TryRead(store, ObjectPath.Configuration, path.ToString(), out ObjectHeader header, out byte[] sum, out _)
            ?? throw new BackshiftException(ExitCode.NoInput, $"{store.Location}: there is no repository", $"make one with: bs-init {store.Location}");
        RepositoryConfig config = new() { Id = header.Name, Sum = sum };
        string? cutter = null;
        try
        {
            MessagePackReader reader = new(body.AsMemory(0, EncodedMap.Measure(body)));
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("sealing"u8)) { config = config.ReadSealing(ref reader, path); }
                else if (map.Is("requires"u8)) { CheckRequired(RequiredWords.ReadUnknown(ref reader, "requires"), path); }
                else if (map.Is("requires_write"u8)) { config = config.WithRequiredOfWriters(RequiredWords.ReadUnknown(ref reader, "requires_write")); }
                else if (map.Is("created"u8)) { config = config with { Created = RecordTime.Read(ref reader, "created") }; }
                else if (map.Is("cutter"u8)) { config = config.ReadCutter(ref reader, out cutter); }
                else if (map.Is("block"u8)) { config = config with { Block = (int)RecordText.ReadCount(ref reader, BlockLimit, "block") }; }
                else if (map.Is("pack"u8)) { config = config with { Pack = (int)RecordText.ReadCount(ref reader, PackLimit, "pack") }; }
                else if (map.Is("codec"u8)) { config = config.WithCodec(RecordText.ReadString(ref reader, RequiredWords.WordLimit, "codec")); }
                else if (map.Is("parity"u8)) { config = config with { Parity = ReadParity(ref reader) }; }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{path}: a value is of the wrong type or out of its bounds", cause: e);
        }

        if (cutter != CutterName)
        {
            throw cutter is null
                ? new BackshiftException(ExitCode.DataError, $"{path}: names no cutter")
                : Newer(path, $"asks for files to be cut by \"{Escaping.Display(Encoding.UTF8.GetBytes(cutter))}\", which this program does not know");
        }

        config.Check(path);
        return config;
    }

    /// <summary>The configuration as the settings in the store change it.</summary>
    /// <exception cref="BackshiftException">Some cannot be read, or they require something that this program does not know.</exception>
    internal RepositoryConfig WithSettings(IObjectStore store) =>
        RepositorySettings.Read(store) is { } settings ? With(settings, store.Location.Join(ObjectPath.FolderOf(ObjectType.Settings))) : this;

    /// <summary>The configuration with what depends on the keys of a sealed repository.</summary>
    internal RepositoryConfig With(SealingKeys keys) => this with { Naming = ChunkNaming.Keyed(keys.Chunks), CutterSeed = keys.Cutter.ToArray() };

    /// <summary>The configuration as settings change it.</summary>
    /// <param name="settings">The newest.</param>
    /// <param name="path">What to call them in messages.</param>
    /// <exception cref="BackshiftException">They require something that this program does not know.</exception>
    internal RepositoryConfig With(RepositorySettings settings, BytePath path)
    {
        CheckRequired(settings.RequiredOfAll, path);
        RepositoryConfig config = settings.Codec is { } codec ? WithCodec(codec) : this;
        config = settings.Parity is { } parity ? config with { Parity = parity } : config;
        return config.WithRequiredOfWriters(settings.RequiredOfWriters);
    }

    /// <summary>The bytes of the configuration as an object.</summary>
    public byte[] Encode()
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Time(ref writer, "created"u8, Created);
            if (map.Key(ref writer, "cutter"u8))
            {
                WriteCutter(ref writer);
            }

            map.Number(ref writer, "block"u8, (long)Block);
            map.Number(ref writer, "pack"u8, (long)Pack);
            map.Text(ref writer, "codec"u8, Codec.ToString());
            map.Number(ref writer, "parity"u8, Parity == 0 ? null : (long?)Parity);
            if (map.Key(ref writer, "sealing"u8, IsSealed))
            {
                WriteSealing(ref writer);
            }
        }

        writer.Flush();
        return SmallObject.Encode(new ObjectHeader(ObjectType.Configuration, 0, Id), body.WrittenSpan);
    }

    /// <summary>Reads the parity that writers add.</summary>
    internal static int ReadParity(ref MessagePackReader reader) => (int)RecordText.ReadCount(ref reader, ParityLimit, "parity");

    private static BackshiftException Newer(BytePath path, string what) => new(ExitCode.DataError, $"{path}: {what}", "a newer Backshift made the repository");

    private static void CheckRequired(string? unknown, BytePath path)
    {
        if (unknown is not null)
        {
            throw Newer(path, $"requires \"{unknown}\", which this program does not know");
        }
    }

    private RepositoryConfig WithRequiredOfWriters(string? unknown) =>
        unknown is null ? this : this with { WriteRefusal = $"requires \"{unknown}\" of writers, which this program does not know" };

    /// <summary>How a block is compressed is said in the pack; so a codec that is not known here stops writers alone.</summary>
    private RepositoryConfig WithCodec(string text)
    {
        try
        {
            return this with { Codec = CodecChoice.Parse(text) };
        }
        catch (BackshiftException)
        {
            return this with { WriteRefusal =
                $"asks for data to be compressed with \"{Escaping.Display(Encoding.UTF8.GetBytes(text))}\", which this program does not know" };
        }
    }

    private RepositoryConfig ReadCutter(ref MessagePackReader reader, out string? name)
    {
        name = null;
        RepositoryConfig config = this;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("name"u8)) { name = RecordText.ReadString(ref reader, RequiredWords.WordLimit, "name"); }
            else if (map.Is("average"u8)) { config = config with { CutterAverage = (int)RecordText.ReadCount(ref reader, AverageLimit, "average") }; }
            else if (map.Is("seed"u8)) { config = config with { CutterSeed = RecordText.ReadBytes(ref reader, CutterSeedSize, "seed") }; }
            else { reader.Skip(); }
        }

        return config;
    }

    private RepositoryConfig ReadSealing(ref MessagePackReader reader, BytePath path)
    {
        string? name = null;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("name"u8)) { name = RecordText.ReadString(ref reader, RequiredWords.WordLimit, "name"); }
            else { reader.Skip(); }
        }

        return name == SealingName ? this with { IsSealed = true }
            : throw Newer(path, $"is encrypted with \"{Escaping.Display(Encoding.UTF8.GetBytes(name ?? ""))}\", which this program does not know");
    }

    private static void WriteSealing(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "name"u8, SealingName);
        }
    }

    private void WriteCutter(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "name"u8, CutterName);
            map.Number(ref writer, "average"u8, (long)CutterAverage);
            map.Bytes(ref writer, "seed"u8, CutterSeed);
        }
    }

    private void Check(BytePath path)
    {
        if (CutterAverage is < 4096 or > AverageLimit || (CutterAverage & (CutterAverage - 1)) != 0 || CutterSeed.Length != CutterSeedSize
            || Block is < 65536 or > BlockLimit || Pack is < 1 << 20 or > PackLimit)
        {
            throw new BackshiftException(ExitCode.DataError, $"{path}: a value is out of its bounds");
        }
    }
}
