namespace Backshift.S3.Tests;

/// <summary>
/// The same where half of all requests go wrong in one way or another: they are refused for a while, fail, get lost before or after they are done, so that they
/// are made again, or are answered in part; and each takes as long as it likes, so that answers come in another order.
/// </summary>
public class S3StoreInTroubleTests : S3StoreTests
{
    private static readonly StubFault[] Faults =
        [StubFault.SlowDown, StubFault.AnswerLost, StubFault.Failing, StubFault.RequestLost, StubFault.BodyCut, StubFault.Conflict];

    private readonly Random random = new(1);
    private int requests;

    public S3StoreInTroubleTests()
        : base(obeysConditions: true, partSize: 1 << 20) =>
        Server.Fault = Fail;

    private StubFault Fail(StubRequest request)
    {
        Server.Delay = TimeSpan.FromMilliseconds(random.Next(4));
        if (++requests % 2 != 0)
        {
            return StubFault.None;
        }

        StubFault fault = Faults[requests / 2 % Faults.Length];
        return fault switch
        {
            // Of what has no body nothing can be cut, and only what has a condition can conflict.
            StubFault.BodyCut when request.Method != "GET" => StubFault.Failing,
            StubFault.Conflict when request.Header("if-none-match") is null => StubFault.SlowDown,
            _ => fault,
        };
    }
}
