using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Backshift.Scale.Counting;

/// <summary>
/// A server of S3 on loopback that has the files of a repository as objects, and counts: no more of the interface than Backshift needs, and no signatures.
/// Whether requests are right is for the tests of the store and for Ceph to judge.
/// </summary>
internal sealed partial class CountedBucket : IDisposable
{
    private const string Bucket = "/scale";
    private const string Prefix = "r/";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly BucketFolder folder;
    private readonly TextWriter? log;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (long Count, long Bytes)> reads = new(StringComparer.Ordinal);
    private Traffic traffic;

    /// <param name="folder">Its objects.</param>
    /// <param name="log">Takes a line for each request, in the order in which they are answered; stays the caller's.</param>
    internal CountedBucket(BucketFolder folder, TextWriter? log)
    {
        this.folder = folder;
        this.log = log;
        listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>What a program is given to find the repository.</summary>
    internal string Location => $"s3+http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{Bucket}/{Prefix.TrimEnd('/')}";

    /// <summary>All requests up to now.</summary>
    internal Traffic Traffic
    {
        get
        {
            lock (gate)
            {
                return traffic;
            }
        }
    }

    public void Dispose() => listener.Dispose();

    /// <summary>What was read since this was asked last: requests and bytes of each folder.</summary>
    internal IReadOnlyList<(string Folder, long Count, long Bytes)> TakeReads()
    {
        lock (gate)
        {
            List<(string, long, long)> all = [.. reads.Select(static pair => (pair.Key, pair.Value.Count, pair.Value.Bytes))];
            reads.Clear();
            return all;
        }
    }

    /// <summary>Adds a line to the log.</summary>
    internal void Note(string line)
    {
        lock (gate)
        {
            log?.WriteLine(line);
        }
    }

    private void Accept()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = listener.AcceptTcpClient();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            new Thread(() => Serve(client)) { IsBackground = true }.Start();
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                NetworkStream stream = client.GetStream();
                using BufferedStream input = new(stream, 64 << 10);
                while (BucketRequest.Read(input) is { } request)
                {
                    if (request.Headers.GetValueOrDefault("expect") == "100-continue")
                    {
                        stream.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
                    }

                    Answer(request, input, stream);
                }
            }
        }
        catch (IOException)
        {
            // The client has ended.
        }
    }

    private void Count(BucketRequest request, RequestKind kind, long received, long sent)
    {
        lock (gate)
        {
            traffic = traffic.With(kind, received, sent);
            log?.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind} {request.Query.GetValueOrDefault("prefix", request.Path)} {request.Headers.GetValueOrDefault("range", "-")} {received} {sent}"));
        }
    }

    private void CountRead(BucketRequest request, string key, long bytes)
    {
        Count(request, RequestKind.Get, bytes, 0);
        string folder = key.Split('/')[0];
        lock (gate)
        {
            (long count, long before) = reads.GetValueOrDefault(folder);
            reads[folder] = (count + 1, before + bytes);
        }
    }

    /// <summary>Sends a head, and a body that is at hand.</summary>
    private static void Send(Stream output, int status, IEnumerable<(string Name, string Value)> headers, long length, ReadOnlySpan<byte> body)
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} x\r\nDate: {DateTimeOffset.UtcNow:r}\r\nContent-Length: {length}\r\n");
        foreach ((string name, string value) in headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        // In one packet, where it is short.
        byte[] first = Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
        if (body.Length > 64 << 10)
        {
            output.Write(first);
            output.Write(body);
            return;
        }

        byte[] all = ArrayPool<byte>.Shared.Rent(first.Length + body.Length);
        first.CopyTo(all, 0);
        body.CopyTo(all.AsSpan(first.Length));
        output.Write(all, 0, first.Length + body.Length);
        ArrayPool<byte>.Shared.Return(all);
    }

    private static void SendError(Stream output, BucketRequest request, int status, string code)
    {
        byte[] body = Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
        Send(output, status, [], body.Length, request.Method == "HEAD" ? [] : body);
    }
}
