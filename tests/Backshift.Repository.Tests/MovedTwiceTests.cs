using Backshift.Objects;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>A chunk in two packs that different lists condemn, of which one may go before the other.</summary>
public sealed class MovedTwiceTests() : LaggingFixture(True)
{
    // In which of the two a collection finds the chunk depends on their names, which are drawn.
    private const int Rounds = 12;

    [Fact]
    public void A_record_leads_to_a_pack_that_is_condemned_and_waits()
    {
        int waited = 0;
        for (int seed = 1; seed <= Rounds; seed++)
        {
            HashSet<ObjectPath> before = Packs();
            Saveset saved = Save(seed, True);
            ObjectName first = ContentsSince(before);
            ObjectName list = Condemn(first);

            // Nothing in a condemned pack is relied on, so this one stores the content again.
            before = Packs();
            Saveset other = Save(seed, True);
            ObjectName second = Assert.Single(Packs().Except(before)).Name;
            Expire(other);
            using (RepositoryDirectory repository = Open(True))
            using (OwnIntent writer = OwnIntent.Announce(repository, IntentKind.Save))
            {
                // It waits for this writer, which has not read the second list.
                writer.Honour([list]);
                Condemn(second);
                before = Packs();
                Collect(True);
                Assert.DoesNotContain(ObjectPath.Pack(first), Packs());
                Assert.Contains(ObjectPath.Pack(second), Packs());
                waited += Packs().IsSubsetOf(before) ? 1 : 0;
            }

            Collect(True);
            Assert.DoesNotContain(ObjectPath.Pack(second), Packs());
            AssertReadable(saved, True);
            Collect(True, byLists: true);
            AssertReadable(saved, True);
        }

        Assert.True(waited > 0, "each collection has copied the chunk out of the first pack");
    }

    private HashSet<ObjectPath> Packs() => [.. Store.All(ObjectType.Pack).Select(static pack => pack.Path)];

    private ObjectName ContentsSince(HashSet<ObjectPath> before)
    {
        using RepositoryDirectory repository = Open(True);
        return Assert.Single(Packs().Except(before), pack =>
        {
            using OpenPack open = OpenPack.TryOpen(repository, pack.Name)!;
            return !open.Directory.HoldsNodes;
        }).Name;
    }

    private ObjectName Condemn(ObjectName pack)
    {
        using RepositoryDirectory repository = Open(True);
        return new CondemnedList(default, CondemnedList.Unneeded, [pack]).Publish(repository);
    }
}
