using System.Buffers;
using System.Text;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Tests;

/// <summary>The vectors of tests/vectors/object, which were made from backshift-object(5) alone.</summary>
public sealed class ObjectVectorTests
{
    private const int Seeds = 40;
    private const int FuzzedLimit = 5000;

    public static TheoryData<string> Files => [.. ObjectVector.Files()];

    public static TheoryData<string> Written => [.. ObjectVector.Files().Where(static file => ObjectVector.Load(file).IsWritten)];

    [Theory, MemberData(nameof(Files))]
    public void A_vector_is_read_as_it_says(string file)
    {
        ObjectVector vector = ObjectVector.Load(file);
        if (vector.Expect == "refused")
        {
            Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => Read(vector, vector.Bytes)).Code);
            return;
        }

        (string json, string? fault, byte[] _) = Read(vector, vector.Bytes);
        Assert.Equal(vector.Expect == "usage", fault is not null);
        Assert.Equal(vector.Expect == "usage" ? "" : vector.Json, vector.Expect == "usage" ? "" : json);
    }

    [Theory, MemberData(nameof(Written))]
    public void A_message_that_is_written_is_the_bytes_of_its_vector(string file)
    {
        ObjectVector vector = ObjectVector.Load(file);
        Assert.Equal(vector.Bytes, Read(vector, vector.Bytes).Again);
    }

    [Fact]
    public void A_vector_that_comes_byte_by_byte_beside_another_is_read_alike()
    {
        byte[] both = [.. ObjectVector.Load("request-put").Bytes, .. ObjectVector.Load("request-put-the-most").Bytes];
        MessageReader reader = new(new ByteByByteStream(both));
        Assert.Equal(ObjectVector.Load("request-put").Bytes, reader.Next()!.Value.ToArray());
        Assert.Equal(ObjectVector.Load("request-put-the-most").Bytes, reader.Next()!.Value.ToArray());
        Assert.Null(reader.Next());
    }

    [Theory, MemberData(nameof(Files))]
    public void A_vector_with_other_bytes_in_it_is_read_or_refused(string file)
    {
        ObjectVector vector = ObjectVector.Load(file);
        if (vector.Bytes.Length > FuzzedLimit)
        {
            return;
        }

        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            byte[] changed = [.. vector.Bytes];
            for (int left = 1 + random.Next(3); left > 0; left--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(vector, changed);
            }
            catch (BackshiftException e)
            {
                Assert.True(e.Code == ExitCode.DataError, $"seed {seed}: {e.Message}");
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {Convert.ToHexStringLower(changed)}: {e}");
            }
        }
    }

    [Fact]
    public void Every_request_has_a_vector_and_an_answer()
    {
        List<ObjectVector> vectors = [.. ObjectVector.Files().Select(ObjectVector.Load)];
        foreach (Verb verb in Enum.GetValues<Verb>().Where(static verb => verb != Verb.Unknown))
        {
            string word = Encoding.ASCII.GetString(Verbs.Word(verb));
            Assert.Contains(vectors, vector => vector.IsWritten && vector.Message == "request" && vector.Name.Split(' ')[0] == word);
            Assert.Contains(vectors, vector => vector.IsWritten && vector.Message == "answer" && vector.Verb == word);
        }
    }

    private static (string Json, string? Fault, byte[] Again) Read(ObjectVector vector, byte[] bytes)
    {
        ReadOnlyMemory<byte> message = new MessageReader(new MemoryStream(bytes)).Next()!.Value;
        ArrayBufferWriter<byte> again = new();
        switch (vector.Message)
        {
            case "client":
                ClientHello client = ClientHello.Parse(message);
                client.WriteTo(again);
                return (ShownMessage.Of(client), null, again.WrittenSpan.ToArray());
            case "server":
                ServerHello server = ServerHello.Parse(message);
                server.WriteTo(again);
                return (ShownMessage.Of(server), null, again.WrittenSpan.ToArray());
            case "request":
                Request request = Request.Parse(message);
                request.WriteTo(again);
                return (ShownMessage.Of(request), request.Fault, again.WrittenSpan.ToArray());
            default:
                Verb verb = Verbs.Of(Encoding.ASCII.GetBytes(vector.Verb));
                Answer answer = Answer.Parse(message);
                answer.WriteTo(again, verb);
                return (ShownMessage.Of(answer, SaidOf(verb)), null, again.WrittenSpan.ToArray());
        }
    }

    private static string SaidOf(Verb verb) => verb switch
    {
        Verb.Exists => "there",
        Verb.Held => "held",
        Verb.Mend => "mended",
        Verb.Delete => "deleted",
        _ => "published",
    };
}
