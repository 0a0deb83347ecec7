using Backshift.Records;

namespace Backshift.Objects;

/// <summary>
/// What is seen of an object without the key and without a look at others: that it is of the type and name that its path says, and, if it is small, whole.
/// </summary>
public static class ObjectForm
{
    /// <summary>Whether objects of a type are maps with a checksum; others are long, and only their headers are looked at.</summary>
    public static bool IsSmall(ObjectType type) => type is not (ObjectType.Pack or ObjectType.Run or ObjectType.Parity);

    /// <summary>What is wrong with an object that is to be put in a place.</summary>
    /// <param name="path">The place.</param>
    /// <param name="bytes">All of it; of a long one its header is enough.</param>
    /// <returns>Null if nothing is.</returns>
    public static string? FaultOf(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        const string What = "an object";
        if (bytes.Length < ObjectHeader.Size)
        {
            return "is shorter than any object";
        }

        try
        {
            bool isSealed = ObjectHeader.IsSealed(bytes);
            ObjectHeader header = ObjectHeader.Read(bytes, path.Type, What, isSealed);
            if (NameIn(path) is { } name && header.Name != name)
            {
                return "has another name than its path";
            }

            if (IsSmall(path.Type))
            {
                SmallObject.Verify(bytes, path.Type, What, isSealed);
            }

            return null;
        }
        catch (BackshiftException e)
        {
            return e.Message[(What.Length + 2)..];
        }
    }

    private static ObjectName? NameIn(ObjectPath path) => path.Type switch
    {
        ObjectType.Intent => IntentPath.TryParse(path.Path.Name, out ObjectName id, out _) ? id : null,
        ObjectType.Configuration or ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags or ObjectType.Parity => null,
        _ => path.Name,
    };
}
