using Backshift.Posix;

namespace Backshift.Repository.Objects;

/// <summary>Where objects lie, as paths relative to the repository's directory; see backshift-repository(5), "Layout".</summary>
public static class RepositoryLayout
{
    public const string ConfigurationName = "backshift";
    public const string CacheTagName = "CACHEDIR.TAG";
    public const string Packs = "packs";
    public const string Index = "index";
    public const string Savesets = "savesets";
    public const string Condemned = "condemned";
    public const string Temporary = "tmp";

    /// <summary>The path of a pack.</summary>
    public static BytePath Pack(ObjectName name)
    {
        string text = name.ToString();
        return BytePath.Of(Packs).Join(text[..2]).Join(text);
    }

    /// <summary>The path of a run.</summary>
    public static BytePath Run(ObjectName name) => BytePath.Of(Index).Join(name.ToString());

    /// <summary>The path of a condemned list.</summary>
    public static BytePath CondemnedList(ObjectName name) => BytePath.Of(Condemned).Join(name.ToString());
}
