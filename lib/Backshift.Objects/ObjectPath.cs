using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>Where an object lies in a store: what it is, and its path from the top; see backshift-repository(5), "Layout".</summary>
/// <param name="Type">What it is.</param>
/// <param name="Path">Its path, the same in every kind of store.</param>
public readonly record struct ObjectPath(ObjectType Type, BytePath Path)
{
    private const string Packs = "packs";
    private const string Index = "index";
    private const string Savesets = "savesets";
    private const string CondemnedLists = "condemned";
    private const string SettingsFolder = "settings";
    private const string Intents = "intents";
    private const string ExpiredSavesets = "expired";
    private const string TagsOfSavesets = "tags";
    private const string ParityOfPacks = "parity";
    private const string CheckRecords = "checks";
    private const string KeySlots = "keys";
    private const string MovedPacks = "moved";

    /// <summary>The path of the configuration.</summary>
    public static ObjectPath Configuration => new(ObjectType.Configuration, new BytePath(DirectoryMarks.Configuration));

    /// <summary>The name of a pack, its parity, a run or a condemned list.</summary>
    public ObjectName Name =>
        ObjectName.TryParse(Path.Name, out ObjectName name) ? name : throw new InvalidOperationException($"{Path}: has no name of 32 digits");

    /// <summary>The path of a pack.</summary>
    public static ObjectPath Pack(ObjectName name)
    {
        string text = name.ToString();
        return new ObjectPath(ObjectType.Pack, BytePath.Of($"{Packs}/{text[..2]}/{text}"));
    }

    /// <summary>The path of the parity of a pack.</summary>
    /// <param name="pack">The name of the pack.</param>
    public static ObjectPath Parity(ObjectName pack)
    {
        string text = pack.ToString();
        return new ObjectPath(ObjectType.Parity, BytePath.Of($"{ParityOfPacks}/{text[..2]}/{text}"));
    }

    /// <summary>The path of a run.</summary>
    public static ObjectPath Run(ObjectName name) => new(ObjectType.Run, BytePath.Of($"{Index}/{name}"));

    /// <summary>The path of a condemned list.</summary>
    public static ObjectPath CondemnedList(ObjectName name) => new(ObjectType.Condemned, BytePath.Of($"{CondemnedLists}/{name}"));

    /// <summary>The path of settings.</summary>
    public static ObjectPath Settings(ObjectName name) => new(ObjectType.Settings, BytePath.Of($"{SettingsFolder}/{name}"));

    /// <summary>The path of a record of checks.</summary>
    public static ObjectPath CheckRecord(ObjectName name) => new(ObjectType.CheckRecord, BytePath.Of($"{CheckRecords}/{name}"));

    /// <summary>The path of a record of moved packs.</summary>
    public static ObjectPath Moved(ObjectName name) => new(ObjectType.Moved, BytePath.Of($"{MovedPacks}/{name}"));

    /// <summary>The path of a slot.</summary>
    public static ObjectPath KeySlot(ObjectName name) => new(ObjectType.KeySlot, BytePath.Of($"{KeySlots}/{name}"));

    /// <summary>The path of an intent.</summary>
    /// <param name="id">The identity of its writer.</param>
    /// <param name="number">How often it was renewed, from 1.</param>
    public static ObjectPath Intent(ObjectName id, long number) => new(ObjectType.Intent, BytePath.Of($"{Intents}/{id}~{number}"));

    /// <summary>The path of the fence of a writer that is taken for dead.</summary>
    /// <param name="id">The identity of the writer.</param>
    public static ObjectPath Fence(ObjectName id) => new(ObjectType.Intent, BytePath.Of($"{Intents}/{id}!"));

    /// <summary>The path of a saveset.</summary>
    /// <param name="path">From the top: savesets/HOST/TIME or savesets/HOST/+SUBSET/TIME.</param>
    public static ObjectPath Saveset(BytePath path) => new(ObjectType.Saveset, path);

    /// <summary>The path of an expired saveset.</summary>
    /// <param name="path">From the top: expired/HOST/TIME or expired/HOST/+SUBSET/TIME.</param>
    public static ObjectPath Expired(BytePath path) => new(ObjectType.Expired, path);

    /// <summary>The path of the tags of a saveset.</summary>
    /// <param name="path">From the top: tags/HOST/TIME~N or tags/HOST/+SUBSET/TIME~N.</param>
    public static ObjectPath Tags(BytePath path) => new(ObjectType.Tags, path);

    /// <summary>The folder that all objects of a type lie below.</summary>
    public static BytePath FolderOf(ObjectType type) => BytePath.Of(type switch
    {
        ObjectType.Pack => Packs,
        ObjectType.Run => Index,
        ObjectType.Saveset => Savesets,
        ObjectType.Condemned => CondemnedLists,
        ObjectType.Settings => SettingsFolder,
        ObjectType.Intent => Intents,
        ObjectType.Expired => ExpiredSavesets,
        ObjectType.Tags => TagsOfSavesets,
        ObjectType.Parity => ParityOfPacks,
        ObjectType.CheckRecord => CheckRecords,
        ObjectType.KeySlot => KeySlots,
        ObjectType.Moved => MovedPacks,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no folder"),
    });

    /// <summary>The object whose place this is; null for a path that no object of the type has.</summary>
    public static ObjectPath? TryParse(ObjectType type, BytePath path) => type switch
    {
        ObjectType.Pack => IsGrouped(path.Span, "packs/"u8),
        ObjectType.Parity => IsGrouped(path.Span, "parity/"u8),
        ObjectType.Run => IsNamed(path.Span, "index/"u8),
        ObjectType.Condemned => IsNamed(path.Span, "condemned/"u8),
        ObjectType.Settings => IsNamed(path.Span, "settings/"u8),
        ObjectType.CheckRecord => IsNamed(path.Span, "checks/"u8),
        ObjectType.KeySlot => IsNamed(path.Span, "keys/"u8),
        ObjectType.Moved => IsNamed(path.Span, "moved/"u8),
        ObjectType.Intent => path.Span.StartsWith("intents/"u8) && IntentPath.TryParse(path.Span["intents/".Length..], out _, out _),
        ObjectType.Saveset or ObjectType.Expired => SavesetPath.IsTime(path.Name) && IsFolder(type, path.Parent),
        ObjectType.Tags => SavesetPath.TryParseTags(path.Name, out _, out _) && IsFolder(type, path.Parent),
        _ => false,
    } ? new ObjectPath(type, path) : null;

    /// <summary>The object whose place this is, of whatever type; null for a path that no object has.</summary>
    public static ObjectPath? TryParse(BytePath path)
    {
        if (path == Configuration.Path)
        {
            return Configuration;
        }

        int slash = path.Span.IndexOf((byte)'/');
        return slash > 0 && TryParseTop(path.Span[..slash]) is { } type ? TryParse(type, path) : null;
    }

    /// <summary>What objects there may be in a folder, or below it; null for a path that is none of a folder for objects.</summary>
    public static ObjectType? TryParseFolder(BytePath path)
    {
        int slash = path.Span.IndexOf((byte)'/');
        ObjectType? type = TryParseTop(slash < 0 ? path.Span : path.Span[..slash]);
        return type is { } known && (slash < 0 || IsFolder(known, path)) ? type : null;
    }

    /// <summary>Whether objects of the type may lie in a folder of this path.</summary>
    public static bool IsFolder(ObjectType type, BytePath path) => type switch
    {
        ObjectType.Pack => path.Length == "packs/XX".Length && path.Span.StartsWith("packs/"u8) && IsGroup(path.Name),
        ObjectType.Parity => path.Length == "parity/XX".Length && path.Span.StartsWith("parity/"u8) && IsGroup(path.Name),
        ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags =>
            IsHost(type, path) || (path.Name.StartsWith("+"u8) && SavesetPath.IsEscaped(path.Name[1..]) && IsHost(type, path.Parent)),
        _ => false,
    };

    /// <summary>The type of what has a path, or of a folder; null for the configuration, and for what is in none of the folders.</summary>
    public static ObjectType? TypeBelow(BytePath path)
    {
        int end = path.Span.IndexOf((byte)'/');
        return TryParseTop(end < 0 ? path.Span : path.Span[..end]);
    }

    private static ObjectType? TryParseTop(ReadOnlySpan<byte> name)
    {
        foreach (ObjectType type in Enum.GetValues<ObjectType>())
        {
            if (type != ObjectType.Configuration && name.SequenceEqual(FolderOf(type).Span))
            {
                return type;
            }
        }

        return null;
    }

    private static bool IsGrouped(ReadOnlySpan<byte> path, ReadOnlySpan<byte> folder) =>
        path.StartsWith(folder) && path.Length > folder.Length + 5 && path[folder.Length + 2] == (byte)'/' && IsGroup(path.Slice(folder.Length, 2))
        && path.Slice(folder.Length + 3, 2).SequenceEqual(path.Slice(folder.Length, 2)) && ObjectName.TryParse(path[(folder.Length + 3)..], out _);

    private static bool IsNamed(ReadOnlySpan<byte> path, ReadOnlySpan<byte> folder) =>
        path.StartsWith(folder) && ObjectName.TryParse(path[folder.Length..], out _);

    private static bool IsHost(ObjectType type, BytePath path) => path.Parent == FolderOf(type) && SavesetPath.IsEscaped(path.Name);

    private static bool IsGroup(ReadOnlySpan<byte> name) => name.Length == 2 && !name.ContainsAnyExcept("0123456789abcdef"u8);
}
