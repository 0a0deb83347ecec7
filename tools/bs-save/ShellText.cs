using System.Buffers;
using System.Text;

namespace Backshift.Tools.Save;

/// <summary>A command for sh(1), gathered word by word, each quoted where it has to be.</summary>
internal sealed class ShellText
{
    // None of these means anything to a shell, wherever it stands. '~' and '=' do, at some places.
    private static readonly SearchValues<byte> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+./,:@%"u8);

    private readonly ArrayBufferWriter<byte> text = new();

    internal ReadOnlySpan<byte> Bytes => text.WrittenSpan;

    /// <summary>Adds a word that the shell is to read: an operator.</summary>
    internal void AddOperator(string word)
    {
        Separate();
        text.Write(Encoding.ASCII.GetBytes(word));
    }

    /// <summary>Adds words that the shell is to hand on as they are, whatever bytes but NUL they have.</summary>
    internal void Add(params ReadOnlySpan<byte[]> words)
    {
        foreach (byte[] word in words)
        {
            Separate();
            AddQuoted(word);
        }
    }

    internal void Add(string word) => Add(Encoding.UTF8.GetBytes(word));

    private void Separate()
    {
        if (text.WrittenCount > 0)
        {
            text.Write(" "u8);
        }
    }

    private void AddQuoted(ReadOnlySpan<byte> word)
    {
        if (!word.IsEmpty && !word.ContainsAnyExcept(Plain))
        {
            text.Write(word);
            return;
        }

        // Between single quotes every byte stands for itself but the quote.
        text.Write("'"u8);
        int quote;
        while ((quote = word.IndexOf((byte)'\'')) >= 0)
        {
            text.Write(word[..quote]);
            text.Write("'\\''"u8);
            word = word[(quote + 1)..];
        }

        text.Write(word);
        text.Write("'"u8);
    }
}
