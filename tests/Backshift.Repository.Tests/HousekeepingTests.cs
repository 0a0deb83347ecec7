using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Tests;

public sealed class HousekeepingTests
{
    [Fact]
    public void Trouble_in_housekeeping_is_said_and_ends_nothing()
    {
        List<string> said = [];
        void Say(BackshiftException problem) => said.Add(problem.Message);
        Assert.True(Housekeeping.Do("x", Say, static () => { }));
        Assert.Empty(said);
        Assert.False(Housekeeping.Do("the index cannot be cleaned up", Say,
            static () =>
            throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, "run: No space left on device (write)", "No space left on device")));
        Assert.Single(said);
        Assert.Throws<InvalidOperationException>(() => Housekeeping.Do("x", Say, static () => throw new InvalidOperationException()));
    }
}
