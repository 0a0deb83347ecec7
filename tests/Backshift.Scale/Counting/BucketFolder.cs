using System.Globalization;

namespace Backshift.Scale.Counting;

/// <summary>The objects of a bucket as the files of a repository in a directory, which has them under the same names.</summary>
internal sealed class BucketFolder
{
    private readonly string root;
    private readonly string scratch;
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> writers = [];
    private readonly Dictionary<string, string[]> listings = [];
    private readonly Dictionary<string, SortedDictionary<int, string>> uploads = [];
    private int drawn;

    /// <param name="root">The repository.</param>
    /// <param name="scratch">A directory for what is being sent, on the same file system.</param>
    internal BucketFolder(string root, string scratch)
    {
        this.root = root;
        this.scratch = scratch;
        Directory.CreateDirectory(scratch);
    }

    /// <summary>The file of an object, which may be missing.</summary>
    internal FileInfo FileOf(string key) => new(Path.Combine(root, key));

    /// <summary>Who has sent an object, as its sender says; null if it was there before.</summary>
    internal string? WriterOf(string key)
    {
        lock (gate)
        {
            return writers.GetValueOrDefault(key);
        }
    }

    /// <summary>What an object is recognized by: objects are not written twice.</summary>
    internal static string TagOf(FileInfo file) => string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks:x16}{file.Length:x16}");

    /// <summary>A name for a file that is being received.</summary>
    internal string NewScratch() => Path.Combine(scratch, Interlocked.Increment(ref drawn).ToString(CultureInfo.InvariantCulture));

    /// <summary>Gives what was received its name.</summary>
    /// <returns>False if the name is taken.</returns>
    internal bool Publish(string received, string key, string? writer)
    {
        string target = FileOf(key).FullName;
        lock (gate)
        {
            if (File.Exists(target))
            {
                File.Delete(received);
                return false;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(received, target);
            writers[key] = writer ?? "";
            return true;
        }
    }

    internal void Delete(string key)
    {
        lock (gate)
        {
            File.Delete(FileOf(key).FullName);
            writers.Remove(key);
        }
    }

    /// <summary>A page of the keys with a prefix.</summary>
    /// <param name="prefix">Ends with the name of a folder, or is empty.</param>
    /// <param name="token">Where a listing goes on; null for its first page.</param>
    /// <param name="most">How many keys there may be.</param>
    /// <returns>The keys, and where it goes on; null at its end.</returns>
    internal (string[] Keys, string? Next) Page(string prefix, string? token, int most)
    {
        // Asked for page by page, but looked at once: a listing of a service is no snapshot either way.
        string[] parts = (token ?? "").Split('-');
        int start = 0;
        string[] keys;
        if (token is null)
        {
            keys = Keys(prefix);
        }
        else
        {
            lock (gate)
            {
                keys = listings[parts[0]];
            }

            start = int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture);
        }

        int end = Math.Min(start + most, keys.Length);
        string[] page = keys[start..end];
        if (end == keys.Length)
        {
            lock (gate)
            {
                listings.Remove(parts[0]);
            }

            return (page, null);
        }

        string name = token is null ? Interlocked.Increment(ref drawn).ToString(CultureInfo.InvariantCulture) : parts[0];
        lock (gate)
        {
            listings[name] = keys;
        }

        return (page, string.Create(CultureInfo.InvariantCulture, $"{name}-{end}"));
    }

    /// <summary>Begins an object in parts.</summary>
    internal string BeginUpload()
    {
        string id = $"u{Interlocked.Increment(ref drawn)}";
        lock (gate)
        {
            uploads.Add(id, []);
        }

        return id;
    }

    /// <summary>Takes a part that was received.</summary>
    internal void AddPart(string upload, int number, string received)
    {
        lock (gate)
        {
            uploads[upload][number] = received;
        }
    }

    /// <summary>Joins the parts of an object, and gives it its name.</summary>
    /// <returns>False if the name is taken.</returns>
    internal bool Complete(string upload, string key, string? writer)
    {
        SortedDictionary<int, string> parts;
        lock (gate)
        {
            uploads.Remove(upload, out parts!);
        }

        string whole = NewScratch();
        using (FileStream output = File.Create(whole))
        {
            foreach (string part in parts.Values)
            {
                using (FileStream input = File.OpenRead(part))
                {
                    input.CopyTo(output);
                }

                File.Delete(part);
            }
        }

        return Publish(whole, key, writer);
    }

    private string[] Keys(string prefix)
    {
        string folder = Path.Combine(root, prefix);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        string[] keys = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path))];
        Array.Sort(keys, StringComparer.Ordinal);
        return keys;
    }
}
