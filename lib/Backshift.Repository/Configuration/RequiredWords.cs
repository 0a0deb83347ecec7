using System.Text;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Repository.Configuration;

/// <summary>Words for what a program must know; see backshift-repository(5), "Versions".</summary>
internal static class RequiredWords
{
    /// <summary>Limit on the length of a word, in bytes.</summary>
    internal const int WordLimit = 255;

    /// <summary>Of writers: that they announce by an intent that they rely on packs. Without, a collector could not know that they are at work.</summary>
    internal const string Intents = "intents";

    /// <inheritdoc cref="ReadUnknown(ref MessagePackReader, string, out bool)"/>
    internal static string? ReadUnknown(ref MessagePackReader reader, string key) => ReadUnknown(ref reader, key, out _);

    /// <summary>Reads an array of words; the first that is not known decides, or null if there is none.</summary>
    /// <param name="reader">Stands at the array.</param>
    /// <param name="key">Its key.</param>
    /// <param name="asksForIntents">Whether <see cref="Intents"/> is among them.</param>
    internal static string? ReadUnknown(ref MessagePackReader reader, string key, out bool asksForIntents)
    {
        int count = reader.ReadArrayHeader();
        string? first = null;
        asksForIntents = false;
        for (int i = 0; i < count; i++)
        {
            string word = RecordText.ReadString(ref reader, WordLimit, $"a word of {key}");
            if (word == Intents && key == OfWriters)
            {
                asksForIntents = true;
            }
            else
            {
                first ??= Escaping.Display(Encoding.UTF8.GetBytes(word));
            }
        }

        return first;
    }

    /// <summary>The key of the words that only writers must know.</summary>
    internal const string OfWriters = "requires_write";
}
