using Backshift.Records;

namespace Backshift.Tools.Diff;

/// <summary>The names of aspects, to and fro.</summary>
internal static class AspectNames
{
    private static readonly (Aspects Aspect, string Name)[] All =
    [
        (Aspects.Type, "type"), (Aspects.Content, "content"), (Aspects.Mode, "mode"), (Aspects.Owner, "owner"), (Aspects.Mtime, "mtime"),
        (Aspects.Xattrs, "xattrs"), (Aspects.Flags, "flags"), (Aspects.Links, "links"),
    ];

    /// <summary>"content,mtime".</summary>
    internal static string Join(Aspects aspects) => string.Join(',', Of(aspects));

    internal static IEnumerable<string> Of(Aspects aspects) => All.Where(one => aspects.HasFlag(one.Aspect)).Select(static one => one.Name);

    /// <exception cref="BackshiftException">A name is not one of them.</exception>
    internal static Aspects Parse(IEnumerable<string> lists)
    {
        Aspects parsed = Aspects.None;
        foreach (string name in lists.SelectMany(static list => list.Split(',')))
        {
            Aspects aspect = Array.Find(All, one => one.Name == name).Aspect;
            parsed |= aspect != Aspects.None ? aspect
                : throw new BackshiftException(ExitCode.Usage, $"--ignore {name}: is not one of {string.Join(", ", All.Select(static one => one.Name))}");
        }

        return parsed;
    }
}
