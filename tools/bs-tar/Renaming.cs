using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Tar;

/// <summary>Changes names on their way into the archive: transformations, then components stripped, then a prefix; see bs-tar(1).</summary>
internal sealed class Renaming
{
    private readonly IReadOnlyList<Transformation> transformations;
    private readonly int strip;
    private readonly BytePath prefix;

    /// <param name="transformations">Applied one after the other.</param>
    /// <param name="strip">How many leading components go.</param>
    /// <param name="prefix">The directory that is put before what is left, or empty.</param>
    /// <exception cref="BackshiftException">The prefix cannot stand before a name.</exception>
    internal Renaming(IReadOnlyList<Transformation> transformations, int strip, BytePath prefix)
    {
        this.transformations = transformations;
        this.strip = strip;
        if (!prefix.IsEmpty && (!KeptPath.TryMake(prefix.Span, out KeptPath kept) || kept.Path.Length > StreamLimits.Path))
        {
            throw new BackshiftException(ExitCode.Usage, $"--prefix {prefix}: contains the component .., or is too long");
        }

        this.prefix = PathSelection.Keep(prefix.Span);
    }

    /// <summary>Every name stays what it is.</summary>
    internal static Renaming None { get; } = new([], 0, default);

    private bool IsNone => transformations.Count == 0 && strip == 0 && prefix.IsEmpty;

    /// <summary>The new name of an entry.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="scope">Whether it is the entry's own, or stands in a link to it.</param>
    /// <param name="renamed">The new one, in the form of a kept path.</param>
    /// <param name="refusal">Null, or why it cannot be in an archive under the new one.</param>
    /// <returns>False if there is none: nothing of it is left, or it is refused.</returns>
    internal bool TryRename(BytePath path, NameScope scope, out BytePath renamed, out string? refusal)
    {
        renamed = path;
        refusal = null;
        if (IsNone)
        {
            return true;
        }

        ReadOnlySpan<byte> rest = Transform(path.Span, scope);
        for (int i = 0; i < strip; i++)
        {
            int slash = rest.TrimStart((byte)'/').IndexOf((byte)'/');
            rest = slash < 0 ? default : rest.TrimStart((byte)'/')[slash..];
        }

        if (rest.TrimStart((byte)'/').IsEmpty)
        {
            return false;
        }

        if (!KeptPath.TryMake(rest, out KeptPath kept))
        {
            refusal = $"would become {new BytePath(rest)}, which contains the component ..; left out";
            return false;
        }

        renamed = prefix.IsEmpty ? kept.Path : kept.IsTop ? prefix : prefix.Join(kept.Path);
        if (renamed.Length > StreamLimits.Path)
        {
            refusal = "its new name is too long; left out";
            return false;
        }

        return true;
    }

    /// <summary>The new target of a symbolic link. Only transformations change it: it need not be the name of an entry.</summary>
    internal byte[] RenameTarget(byte[] target) => Transform(target, NameScope.SymbolicLinks).ToArray();

    private ReadOnlySpan<byte> Transform(ReadOnlySpan<byte> name, NameScope scope)
    {
        if (transformations.Count == 0)
        {
            return name;
        }

        string text = NameText.Of(name);
        foreach (Transformation transformation in transformations)
        {
            text = transformation.Apply(text, scope);
        }

        return NameText.ToBytes(text);
    }
}
