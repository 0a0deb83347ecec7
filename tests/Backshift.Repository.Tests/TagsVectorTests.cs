using System.Text;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

public sealed class TagsVectorTests
{
    public static TheoryData<string> Vectors => RepositoryVector.Of("tags");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        if (vector.IsRefused)
        {
            Assert.Throws<BackshiftException>(() => Read(vector.File));
            return;
        }

        SavesetTags tags = Read(vector.File);
        foreach (string[] words in vector.Words("says"))
        {
            Assert.Equal(string.Join(' ', words), Said(tags, words[0]));
        }

        SavesetTags again = Read(tags.Encode());
        Assert.Equal(tags with { Tags = null, Source = null }, again with { Tags = null, Source = null });
        Assert.True(tags.Source is null ? again.Source is null : tags.Source.IsSame(again.Source));
    }

    private static SavesetTags Read(byte[] file) => SavesetTags.Parse(SmallObject.Decode(file, ObjectType.Tags, "tags", out _), "tags");

    private static string Said(SavesetTags tags, string key) => key switch
    {
        "place" => $"place {tags.Host}{(tags.Subset is null ? "" : "/" + tags.Subset)} {tags.Time} {tags.Number}",
        "tags" => tags.Tags is null ? "tags own" : tags.Tags.Count == 0 ? "tags none" : $"tags {string.Join(' ', tags.Tags.Select(Hex))}",
        "source_tags" => tags.Source!.Tags.Count == 0 ? "source_tags none" : $"source_tags {string.Join(' ', tags.Source.Tags.Select(Hex))}",
        "source_note" => $"source_note {Hex(tags.Source!.Note!)}",
        "source_hold" => $"source_hold {(tags.Source!.Hold ? "yes" : "no")}",
        "note" => $"note {Hex(tags.Note!)}",
        "hold" => $"hold {(tags.Hold ? "yes" : "no")}",
        "data" => $"data {(tags.DataExpired is { } when ? when.Seconds : "kept")}",
        "received" => $"received {tags.Received!.Value.Seconds}",
        "damaged" => $"damaged {tags.Damaged!.Value.Seconds}",
        _ => throw new InvalidOperationException(key),
    };

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
}
