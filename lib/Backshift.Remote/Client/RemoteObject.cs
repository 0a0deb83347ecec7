using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>An object behind a server. Long ranges are asked for in parts, all at once.</summary>
internal sealed class RemoteObject : IStoredObject
{
    private readonly Connection connection;
    private readonly ObjectPath path;

    internal RemoteObject(Connection connection, ObjectPath path, long length, UnixTime received)
    {
        this.connection = connection;
        this.path = path;
        Length = length;
        Received = received;
    }

    public BytePath Shown => connection.Location.Join(path.Path);

    public long Length { get; }

    public UnixTime Received { get; }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        // Beyond its end there is nothing to be asked for.
        buffer = buffer[..(int)Math.Clamp(Length - offset, 0, buffer.Length)];
        List<PendingAnswer> parts = [];
        try
        {
            for (int at = 0; at < buffer.Length; at += MessageLimits.Data)
            {
                parts.Add(connection.Send(
                    new Request { Verb = Verb.Read, Path = path.Path, At = offset + at, Most = Math.Min(buffer.Length - at, MessageLimits.Data) }));
            }

            int done = 0;
            for (int i = 0; i < parts.Count; i++)
            {
                Span<byte> target = buffer[(i * MessageLimits.Data)..];
                target = target[..Math.Min(target.Length, MessageLimits.Data)];
                int count = Take(parts[i].Wait(), target);
                done += count;
                if (count < target.Length)
                {
                    break;
                }
            }

            return done;
        }
        finally
        {
            parts.ForEach(static part => part.Dispose());
        }
    }

    public void Dispose()
    {
    }

    private int Take(Answer answer, Span<byte> target)
    {
        if (answer.IsGone)
        {
            const string Reason = "it was deleted meanwhile";
            throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, $"{Shown}: {Reason}", Reason);
        }

        if (answer.Data is not { } data || data.Length > target.Length)
        {
            const string Reason = "the server has not answered what was asked";
            throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, $"{Shown}: {Reason}", Reason);
        }

        data.Span.CopyTo(target);
        return data.Length;
    }
}
