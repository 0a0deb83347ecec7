using Backshift.Objects;
using Backshift.Repository.Condemning;

namespace Backshift.Testing.Model;

/// <summary>What condemned lists say, read without a store.</summary>
internal static class ModelLists
{
    /// <summary>The savesets that a list names.</summary>
    internal static IReadOnlyList<string> SavesetsOf(SharedObject list) => Parse(list).Savesets;

    internal static CondemnedList Parse(SharedObject list) =>
        CondemnedList.Parse(SmallObject.Decode(list.Bytes, ObjectType.Condemned, "list", out _), "list");
}
