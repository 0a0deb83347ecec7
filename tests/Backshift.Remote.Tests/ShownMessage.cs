using Backshift.Posix;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Tests;

/// <summary>What a message says, as the vectors show it.</summary>
internal sealed class ShownMessage
{
    private readonly List<string> keys = [];

    internal static string Of(Request request)
    {
        ShownMessage shown = new();
        shown.Add("do", Quoted(request.Verb == Verb.Unknown ? "?" : request.Verb.ToString().ToLowerInvariant()));
        shown.Add("id", request.Id);
        shown.Add("draft", request.Draft);
        shown.Add("lease", request.Lease);
        shown.Add("path", request.Path.IsEmpty ? null : Bytes(request.Path.Span));
        shown.Add("nth", request.Nth);
        shown.Add("end", request.Verb == Verb.Open ? Quoted(request.End.ToString().ToLowerInvariant()) : null);
        shown.Add("kind", request.Verb == Verb.Lease ? Quoted(request.Kind.ToString().ToLowerInvariant()) : null);
        shown.Add("at", request.Verb is Verb.Read or Verb.Sums ? request.At : null);
        shown.Add("most", request.Verb is Verb.Open or Verb.Read or Verb.Sums ? request.Most : null);
        shown.Add("known", request.Known is null ? null : Bytes(request.Known));
        shown.Add("after", request.After is null ? null : Bytes(request.After));
        shown.Add("ordered", request.IsOrdered ? "true" : null);
        shown.Add("data", request.Data is { } data ? Bytes(data.Span) : null);
        return shown.ToString();
    }

    internal static string Of(Answer answer, string said)
    {
        ShownMessage shown = new();
        shown.Add("to", answer.To);
        shown.Add(answer.Trouble);
        shown.Add("gone", answer.IsGone ? "true" : null);
        shown.Add("path", answer.Path.IsEmpty ? null : Bytes(answer.Path.Span));
        shown.Add("length", answer.Length);
        shown.Add("received", Time(answer.Received));
        shown.Add("version", answer.Version is { } version ? Bytes(version.Span) : null);
        shown.Add("time", Time(answer.Time));
        shown.Add(said, answer.Said is { } yes ? yes ? "true" : "false" : null);
        shown.Add("lease", answer.Lease);
        shown.Add("paths", answer.Paths is null ? null : $"[{string.Join(", ", answer.Paths.Select(static path => Bytes(path.Span)))}]");
        shown.Add("after", answer.After is null ? null : Bytes(answer.After));
        shown.Add("unlisted", answer.Unlisted.Count == 0 ? null : $"[{string.Join(", ", answer.Unlisted.Select(Unlisted))}]");
        shown.Add("sums", answer.Sums is { } sums ? Bytes(sums.Span) : null);
        shown.Add("data", answer.Data is { } data ? Bytes(data.Span) : null);
        return shown.ToString();
    }

    internal static string Of(ClientHello hello)
    {
        ShownMessage shown = new();
        shown.AddHello();
        shown.Add("want", Quoted(hello.Want.ToString().ToLowerInvariant()));
        shown.Add("shared", hello.IsShared ? "true" : null);
        return shown.ToString();
    }

    internal static string Of(ServerHello hello)
    {
        ShownMessage shown = new();
        if (hello.Trouble is not null)
        {
            shown.Add(hello.Trouble);
            return shown.ToString();
        }

        shown.AddHello();
        shown.Add("location", Bytes(hello.Location.Span));
        shown.Add("window", hello.Window);
        shown.Add("exclusive", hello.IsExclusive ? "true" : null);
        shown.Add("ordered", hello.IsOrdered ? "true" : null);
        shown.Add("immediate", hello.IsImmediate ? "true" : null);
        shown.Add("machine", hello.Machine is { } machine ? Quoted(machine) : null);
        shown.Add("boot", hello.Boot is { } boot ? Quoted(boot) : null);
        shown.Add("state", hello.State is { } state ? Quoted(state.ToString().ToLowerInvariant()) : null);
        shown.Add("notes", hello.Notes.Count == 0 ? null : $"[{string.Join(", ", hello.Notes.Select(Quoted))}]");
        return shown.ToString();
    }

    public override string ToString() => $"{{{string.Join(", ", keys)}}}";

    private void AddHello()
    {
        Add("hello", Quoted("backshift-object"));
        Add("version", 1);
    }

    private void Add(Trouble? trouble)
    {
        if (trouble is not null)
        {
            Add("trouble", Quoted(trouble.Kind));
            Add("text", Quoted(trouble.Text));
            Add("reason", trouble.Reason is { } reason ? Quoted(reason) : null);
            Add("hint", trouble.Hint is { } hint ? Quoted(hint) : null);
            Add("status", (long)trouble.Status);
        }
    }

    private void Add(string key, long? value) => Add(key, value?.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private void Add(string key, string? value)
    {
        if (value is not null)
        {
            keys.Add($"\"{key}\": {value}");
        }
    }

    private static string Unlisted((BytePath Path, Trouble Trouble) one)
    {
        ShownMessage shown = new();
        shown.Add("path", Bytes(one.Path.Span));
        shown.Add(one.Trouble);
        return shown.ToString();
    }

    private static string? Time(UnixTime? time) => time is { } known ? $"\"t:{known.Seconds}.{known.Nanoseconds:D9}\"" : null;

    private static string Bytes(ReadOnlySpan<byte> bytes) => $"\"x:{ObjectVector.Hex(bytes)}\"";

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
