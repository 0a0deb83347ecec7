using System.Text;
using Backshift.Posix;

namespace Backshift.Tools.Save;

/// <summary>Where the other programs are: beside this one, wherever that was called from, so that a build is used as a whole and never mixed with
/// another.</summary>
internal sealed class ProgramPlaces
{
    private readonly BytePath calledAs;
    private readonly BytePath image;
    private readonly byte[] path;

    /// <param name="calledAs">The name by which this program was called.</param>
    /// <param name="image">The file that runs.</param>
    /// <param name="path">The variable PATH.</param>
    internal ProgramPlaces(BytePath calledAs, BytePath image, byte[] path)
    {
        this.calledAs = calledAs;
        this.image = image;
        this.path = path;
    }

    /// <summary>The places as this process sees them.</summary>
    internal static ProgramPlaces Own()
    {
        BytePath calledAs = Machine.Arguments() is [byte[] first, ..] ? new BytePath(first) : default;
        return new ProgramPlaces(calledAs, Machine.Image(), Machine.Variable("PATH") ?? []);
    }

    /// <summary>The words by which a program is called.</summary>
    internal byte[][] Find(string program)
    {
        if (calledAs.Span.Contains((byte)'/'))
        {
            BytePath beside = calledAs.Parent.Join(program);
            if (Exists(beside))
            {
                return [beside.Bytes];
            }
        }
        else if (IsOnPath(program))
        {
            return [Encoding.ASCII.GetBytes(program)];
        }

        // The image itself, without links to it: its first argument says which program is meant.
        BytePath link = image.Parent.Join(program);
        return image.IsEmpty || image.Name.SequenceEqual("dotnet"u8) ? [Encoding.ASCII.GetBytes(program)]
            : Exists(link) ? [link.Bytes] : [image.Bytes, Encoding.ASCII.GetBytes(program)];
    }

    private bool IsOnPath(string program)
    {
        ReadOnlySpan<byte> all = path;
        foreach (Range part in all.Split((byte)':'))
        {
            ReadOnlySpan<byte> folder = all[part];
            if (Exists(new BytePath(folder.IsEmpty ? "."u8 : folder).Join(program)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Exists(BytePath file) => FileStatus.TryGet(file, out _) == 0;
}
