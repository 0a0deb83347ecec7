using Backshift.Posix;
using Backshift.Tooling;

namespace Backshift.Tools.Save;

/// <summary>Writes the pipeline of a save as a command for sh(1).</summary>
internal static class SavePipeline
{
    /// <summary>The command.</summary>
    /// <param name="save">The save.</param>
    /// <param name="find">The words by which a program is called.</param>
    internal static ReadOnlySpan<byte> Command(SaveOptions save, Func<string, byte[][]> find)
    {
        ShellText text = new();
        if (save.Init)
        {
            Add("bs-init", []);
            text.AddOperator("&&");
        }

        AddWalk(text, save, find);
        if (!save.Full)
        {
            text.AddOperator("|");
            Add("bs-since", save.ForSince);
        }

        text.AddOperator("|");
        Add("bs-chunk", save.ForChunk);
        text.AddOperator("|");
        Add("bs-store", save.ForStore);
        return text.Bytes;

        void Add(string program, IReadOnlyList<string> options)
        {
            text.Add(find(program));
            text.Add("-r");
            text.Add(save.Repository.Bytes);
            foreach (string option in options)
            {
                text.Add(ArgumentText.ToBytes(option));
            }
        }
    }

    private static void AddWalk(ShellText text, SaveOptions save, Func<string, byte[][]> find)
    {
        text.Add(find("bs-walk"));
        foreach (string option in save.ForWalk)
        {
            text.Add(ArgumentText.ToBytes(option));
        }

        if (save.Roots.Any(static root => root.Span[0] == (byte)'-'))
        {
            text.Add("--");
        }

        foreach (BytePath root in save.Roots)
        {
            text.Add(root.Bytes);
        }
    }
}
