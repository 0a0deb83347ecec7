using System.Text;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Repository.Configuration;

/// <summary>Words for what a program must know; see backshift-repository(5), "Versions". None is defined yet.</summary>
internal static class RequiredWords
{
    /// <summary>Limit on the length of a word, in bytes.</summary>
    internal const int WordLimit = 255;

    /// <summary>Reads an array of words. No word is known to this program, so the first one decides; null if there is none.</summary>
    internal static string? ReadUnknown(ref MessagePackReader reader, string key)
    {
        int count = reader.ReadArrayHeader();
        string? first = null;
        for (int i = 0; i < count; i++)
        {
            string word = RecordText.ReadString(ref reader, WordLimit, $"a word of {key}");
            first ??= Escaping.Display(Encoding.UTF8.GetBytes(word));
        }

        return first;
    }
}
