using Backshift.Posix;
using Backshift.Tooling;

namespace Backshift.Tools.Save;

/// <summary>Writes the pipeline of a save as a command for sh(1).</summary>
internal static class SavePipeline
{
    /// <summary>The command.</summary>
    /// <param name="save">The save.</param>
    /// <param name="find">The words by which a program is called.</param>
    /// <param name="keys">The keys of an encrypted repository, of which each stage gets what it needs; null for none.</param>
    internal static ReadOnlySpan<byte> Command(SaveOptions save, Func<string, byte[][]> find, HandedKeys? keys)
    {
        string? root = keys?.ForAll;
        string? withoutRoot = null, withoutChunks = null, leaveRoot = null, leaveChunks = null, leaveBoth = null;
        if (keys is { } handed)
        {
            (withoutRoot, withoutChunks) = (HandedKeys.Without(handed.Root), HandedKeys.Without(handed.Chunks));
            (leaveRoot, leaveChunks) = (HandedKeys.Leaving(handed.Root), HandedKeys.Leaving(handed.Chunks));
            leaveBoth = HandedKeys.Leaving(handed.Root, handed.Chunks);
        }

        ShellText text = new();
        if (save.Init)
        {
            Add("bs-init", save.Plain ? ["--plain"] : []);
            text.AddOperator("&&");
        }

        AddOperators(leaveBoth);
        AddWalk(text, save, find);
        AddOperators(withoutRoot, withoutChunks);
        if (!save.Full)
        {
            AddOperators("|", leaveChunks, root);
            Add("bs-since", save.ForSince);
            AddOperators(withoutChunks);
        }

        AddOperators("|", leaveRoot, keys?.ForChunk);
        Add("bs-chunk", save.ForChunk);
        AddOperators(withoutRoot, "|", leaveChunks, root);
        Add("bs-store", save.ForStore);
        AddOperators(withoutChunks);
        return text.Bytes;

        void AddOperators(params ReadOnlySpan<string?> words)
        {
            foreach (string? word in words)
            {
                if (word is not null)
                {
                    text.AddOperator(word);
                }
            }
        }

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
