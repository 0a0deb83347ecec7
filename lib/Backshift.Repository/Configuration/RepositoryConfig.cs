using System.Buffers;
using System.Text;
using Backshift.Chunking;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;
using MessagePack;

namespace Backshift.Repository.Configuration;

/// <summary>What a repository was made with; see backshift-repository(5), "Configuration".</summary>
public sealed record RepositoryConfig
{
    public const int DefaultAverage = 16 << 10;
    public const int DefaultBlock = 1 << 20;
    public const int DefaultPack = 32 << 20;

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

    /// <summary>How its chunks are named.</summary>
    public ChunkNaming Naming { get; private init; } = ChunkNaming.Plain;

    /// <summary>Why this program must not write to the repository, which it can read; null if it may.</summary>
    public string? WriteRefusal { get; private init; }

    /// <summary>The cutter that a stream names if it was cut for this repository.</summary>
    public CutterNote CutterNote => new(CutterName, CutterAverage, new CutterKey(CutterSeed).Identity.ToArray());

    /// <summary>Reads the configuration in a store.</summary>
    /// <exception cref="BackshiftException">There is none, or it is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static RepositoryConfig Read(IObjectStore store)
    {
        BytePath path = store.Location.Join(ObjectPath.Configuration.Path);
        byte[] body = SmallObject.TryRead(store, ObjectPath.Configuration, path.ToString(), out ObjectHeader header)
            ?? throw new BackshiftException(ExitCode.NoInput, $"{store.Location}: there is no repository", $"make one with: bs-init {store.Location}");
        RepositoryConfig config = new() { Id = header.Name };
        string? cutter = null;
        try
        {
            MessagePackReader reader = new(body);
            int count = reader.ReadMapHeader();
            for (int i = 0; i < count; i++)
            {
                switch (RecordText.ReadString(ref reader, 255, "key"))
                {
                    case "sealing": throw Newer(path, "is that of an encrypted repository, which this program does not know yet");
                    case "requires":
                        if (RequiredWords.ReadUnknown(ref reader, "requires") is { } word)
                        {
                            throw Newer(path, $"requires \"{word}\", which this program does not know");
                        }

                        break;
                    case "requires_write":
                        config = RequiredWords.ReadUnknown(ref reader, "requires_write") is { } ofWriters
                            ? config with { WriteRefusal = $"requires \"{ofWriters}\" of writers, which this program does not know" }
                            : config;
                        break;
                    case "created": config = config with { Created = RecordTime.Read(ref reader, "created") }; break;
                    case "cutter": config = ReadCutter(config, ref reader, out cutter); break;
                    case "block": config = config with { Block = (int)RecordText.ReadCount(ref reader, 8 << 20, "block") }; break;
                    case "pack": config = config with { Pack = (int)RecordText.ReadCount(ref reader, 1 << 30, "pack") }; break;
                    case "codec": config = config.WithCodec(RecordText.ReadString(ref reader, RequiredWords.WordLimit, "codec")); break;
                    default: reader.Skip(); break;
                }
            }
        }
        catch (Exception e) when (MalformedValue.IsCauseOf(e) || e is BackshiftException { Hint: null })
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
        return RepositorySettings.Read(store) is { } settings ? config.With(settings, store.Location.Join(ObjectPath.FolderOf(ObjectType.Settings))) : config;
    }

    /// <summary>The configuration as settings change it.</summary>
    /// <param name="settings">The newest.</param>
    /// <param name="path">What to call them in messages.</param>
    /// <exception cref="BackshiftException">They require something that this program does not know.</exception>
    internal RepositoryConfig With(RepositorySettings settings, BytePath path)
    {
        if (settings.RequiredOfAll is { } word)
        {
            throw Newer(path, $"requires \"{word}\", which this program does not know");
        }

        RepositoryConfig config = settings.Codec is { } codec ? WithCodec(codec) : this;
        return settings.RequiredOfWriters is { } ofWriters
            ? config with { WriteRefusal = $"requires \"{ofWriters}\" of writers, which this program does not know" } : config;
    }

    /// <summary>The bytes of the configuration as an object.</summary>
    public byte[] Encode()
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        writer.WriteMapHeader(5);
        writer.Write("created");
        RecordTime.Write(ref writer, Created);
        writer.Write("cutter");
        writer.WriteMapHeader(3);
        writer.Write("name");
        writer.Write(CutterName);
        writer.Write("average");
        writer.Write(CutterAverage);
        writer.Write("seed");
        writer.Write(CutterSeed);
        writer.Write("block");
        writer.Write(Block);
        writer.Write("pack");
        writer.Write(Pack);
        writer.Write("codec");
        writer.Write(Codec.ToString());
        writer.Flush();
        return SmallObject.Encode(new ObjectHeader(ObjectType.Configuration, 0, Id), body.WrittenSpan);
    }

    private static BackshiftException Newer(BytePath path, string what) => new(ExitCode.DataError, $"{path}: {what}", "a newer Backshift made the repository");

    /// <summary>Every block names its own codec, so an unknown codec here stops writers only.</summary>
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

    private static RepositoryConfig ReadCutter(RepositoryConfig config, ref MessagePackReader reader, out string? name)
    {
        name = null;
        int count = reader.ReadMapHeader();
        for (int i = 0; i < count; i++)
        {
            switch (RecordText.ReadString(ref reader, 255, "key"))
            {
                case "name": name = RecordText.ReadString(ref reader, RequiredWords.WordLimit, "name"); break;
                case "average": config = config with { CutterAverage = (int)RecordText.ReadCount(ref reader, 1 << 20, "average") }; break;
                case "seed": config = config with { CutterSeed = RecordText.ReadBytes(ref reader, CutterSeedSize, "seed") }; break;
                default: reader.Skip(); break;
            }
        }

        return config;
    }

    private const int CutterSeedSize = 32;
    private const string CutterName = "p16";

    private void Check(BytePath path)
    {
        if (CutterAverage is < 4096 or > 1 << 20 || (CutterAverage & (CutterAverage - 1)) != 0 || CutterSeed.Length != CutterSeedSize
            || Block is < 65536 or > 8 << 20 || Pack is < 1 << 20 or > 1 << 30)
        {
            throw new BackshiftException(ExitCode.DataError, $"{path}: a value is out of its bounds");
        }
    }
}
