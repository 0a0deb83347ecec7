using Backshift.Posix;

namespace Backshift.Repository.Objects;

/// <summary>Where objects lie; see backshift-repository(5), "Layout".</summary>
public static class RepositoryLayout
{
    public const string ConfigurationName = "backshift";
    public const string CacheTagName = "CACHEDIR.TAG";
    public const string Packs = "packs";
    public const string Index = "index";
    public const string Savesets = "savesets";
    public const string Temporary = "tmp";

    /// <summary>The path of a pack below the root.</summary>
    public static BytePath Pack(BytePath root, ObjectName name)
    {
        string text = name.ToString();
        return root.Join(Packs).Join(text[..2]).Join(text);
    }

    /// <summary>The path of a run below the root.</summary>
    public static BytePath Run(BytePath root, ObjectName name) => root.Join(Index).Join(name.ToString());
}
