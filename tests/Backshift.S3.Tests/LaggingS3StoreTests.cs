using System.Reflection;
using Backshift.Objects;
using Xunit.Sdk;

namespace Backshift.S3.Tests;

/// <summary>The same where listings lag until they are waited for: what is new is not listed yet, what was deleted still is.</summary>
public sealed class LaggingS3StoreTests : S3StoreTests
{
    private bool waits = true;

    public LaggingS3StoreTests()
        : base(obeysConditions: true, partSize: 1 << 20) =>
        Server.Lags = true;

    [Fact]
    public void A_listing_is_old_until_it_is_waited_for()
    {
        ObjectPath first = ObjectPath.Run(ObjectName.Random()), second = ObjectPath.Run(ObjectName.Random());
        Assert.True(Store.TryPublish(first, "x"u8));
        Assert.Empty(Store.List(ObjectType.Run));
        Settle();
        Assert.Equal([first], Store.List(ObjectType.Run));

        Assert.True(Store.TryPublish(second, "x"u8));
        Assert.True(Store.Delete(first));
        Assert.Equal([first], Store.List(ObjectType.Run));
        Settle();
        Assert.Equal([second], Store.List(ObjectType.Run));
    }

    [Fact]
    public void Nothing_is_said_to_be_listed_at_once() => Assert.False(Store.IsImmediate);

    [Theory]
    [InlineData(nameof(A_name_is_gone_before_a_listing_leaves_it_out))]
    [InlineData(nameof(A_draft_is_read_back_and_is_nowhere_before_it_is_published))]
    [InlineData(nameof(What_storage_has_damaged_is_put_back_in_one_step))]
    [InlineData(nameof(A_listing_shows_the_objects_of_one_type_and_nothing_foreign))]
    [InlineData(nameof(Savesets_are_listed_by_host_with_those_of_its_subsets))]
    [InlineData(nameof(Expired_savesets_and_tags_are_listed_by_host_and_by_their_own_names))]
    [InlineData(nameof(An_object_is_held_until_its_holding_ends_and_stays))]
    [InlineData(nameof(Intents_and_fences_are_listed_and_nothing_else_there))]
    public void A_test_that_lists_fails_where_it_does_not_wait(string test)
    {
        waits = false;
        TargetInvocationException failed = Assert.Throws<TargetInvocationException>(() => GetType().GetMethod(test)!.Invoke(this, null));
        Assert.IsAssignableFrom<XunitException>(failed.InnerException);
    }

    protected override void Settle()
    {
        if (waits)
        {
            base.Settle();
        }
    }
}
