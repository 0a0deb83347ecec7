using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing.Tests;

/// <summary>The vectors of tests/vectors/sealing, which were made from the page alone.</summary>
public sealed class SealingVectorTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-sealing-" + Guid.NewGuid().ToString("N"));

    public static TheoryData<string> Objects => SealingVector.Of("object");

    public static TheoryData<string> SmallObjects => SealingVector.Of("small");

    public static TheoryData<string> Names => SealingVector.Of("name");

    public static TheoryData<string> Slots => SealingVector.Of("slot");

    public static TheoryData<string> AgeSlots => SealingVector.Of("age");

    public static TheoryData<string> Purposes => SealingVector.Of("keys");

    public static TheoryData<string> Sessions => SealingVector.Of("session");

    public static TheoryData<string> HostKeyFiles => SealingVector.Of("host-key");

    public static TheoryData<string> CollectingKeyFiles => SealingVector.Of("collecting-key");

    public static TheoryData<string> Texts => SealingVector.Of("text");

    [Theory, MemberData(nameof(Objects))]
    public void A_pack_or_run_is_read_or_refused_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        Assert.True(ObjectName.TryParse(System.Text.Encoding.ASCII.GetBytes(vector["name"]), out ObjectName named));
        ObjectPath path = vector["type"] == "P" ? ObjectPath.Pack(named) : ObjectPath.Run(named);
        using (SealedStore store = Store(vector, path.Path, vector.Keys))
        {
            AssertReads(store, path, vector, vector.Expect == "refused" ? ExitCode.DataError : null);
        }

        // A collecting key opens no packs; it reads and refuses runs as the root key does.
        using SealedStore collecting = Store(vector, path.Path, vector.Collecting);
        AssertReads(collecting, path, vector, vector.Expect == "short" ? null : vector["type"] == "P" ? ExitCode.NotPermitted
            : vector.Expect == "refused" ? ExitCode.DataError : null);
    }

    [Theory, MemberData(nameof(SmallObjects))]
    public void A_small_object_is_read_or_refused_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        Assert.True(ObjectName.TryParse(System.Text.Encoding.ASCII.GetBytes(vector["name"]), out ObjectName named));
        BytePath? given = vector.Has("path") ? BytePath.Of(vector["path"]) : null;
        BytePath saveset = given ?? BytePath.Of("savesets/h/20261123T090405Z");
        ObjectPath path = vector["type"] switch
        {
            "G" => ObjectPath.Settings(named),
            "D" => ObjectPath.CondemnedList(named),
            "I" => ObjectPath.Intent(named, 1),
            "V" => ObjectPath.CheckRecord(named),
            "M" => ObjectPath.Moved(named),
            "T" => ObjectPath.Tags(given ?? BytePath.Of("tags/h/20261123T090405Z~1")),
            _ when saveset.Span.StartsWith("expired"u8) => ObjectPath.Expired(saveset),
            _ => ObjectPath.Saveset(saveset),
        };

        foreach (SealingKeys keys in (SealingKeys[])[vector.Keys, vector.Collecting])
        {
            using SealedStore store = Store(vector, vector.Has("hidden") ? BytePath.Of(vector["hidden"])
                : vector["type"] is "S" or "T" ? vector.Keys.Names.Hide(path.Path, 1) : path.Path, keys);
            if (vector.Expect == "refused")
            {
                Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => SmallObject.TryRead(store, path, "it", out _)).Code);
            }
            else
            {
                Assert.Equal(vector.Hex("body"), SmallObject.TryRead(store, path, "it", out ObjectHeader header));
                Assert.Equal((named, true), (header.Name, header.IsEncrypted));
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_name_is_hidden_and_shown_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        BytePath hidden = BytePath.Of(vector["hidden"]);
        int parts = hidden.Span.Count((byte)'/') - 1;
        using RepositoryKeys keys = vector.Keys;
        if (vector.Expect == "ignored")
        {
            Assert.Null(keys.Names.TryShow(hidden, parts));
            return;
        }

        Assert.Equal(vector["path"], keys.Names.TryShow(hidden, parts).ToString());
        Assert.Equal(vector["hidden"], keys.Names.Hide(BytePath.Of(vector["path"]), parts).ToString());
    }

    [Theory, MemberData(nameof(Slots))]
    public void A_slot_is_opened_or_refused_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        switch (vector.Expect)
        {
            case "ignored":
                Assert.Null(KeySlot.Parse(vector.File, default));
                break;
            case "closed":
                Assert.Null(KeySlot.Parse(vector.File, default)!.TryOpen(vector.Hex("passphrase"), vector.Hex("sum")));
                break;
            case "refused":
                Assert.Throws<BackshiftException>(() => KeySlot.Parse(vector.File, default)!.TryOpen(vector.Hex("passphrase"), vector.Hex("sum")));
                break;
            default:
                using (RootKey key = KeySlot.Parse(vector.File, default)!.TryOpen(vector.Hex("passphrase"), vector.Hex("sum"))!)
                {
                    Assert.Equal(vector.Hex("root"), key.Span);
                }

                break;
        }
    }

    [Theory, MemberData(nameof(AgeSlots))]
    public void A_slot_for_age_gives_the_key_or_is_refused_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        if (vector.Expect == "refused")
        {
            Assert.Equal(ExitCode.DataError,
                Assert.Throws<BackshiftException>(() => KeySlot.Parse(vector.File, default)!.Read(vector.Hex("content"), vector.Hex("sum"))).Code);
            return;
        }

        KeySlot slot = KeySlot.Parse(vector.File, default)!;
        using RootKey key = slot.Read(vector.Hex("content"), vector.Hex("sum"));
        Assert.Equal(vector.Hex("root"), key.Span);
        Assert.Null(slot.TryOpen("secret"u8, vector.Hex("sum")));
    }

    [Theory, MemberData(nameof(Texts))]
    public void A_key_as_text_is_read_or_refused_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        using RootKey? key = KeyText.TryParse(vector["text"]);
        if (vector.Expect == "refused")
        {
            Assert.Null(key);
        }
        else
        {
            Assert.Equal(vector.Hex("root"), key!.Span);
            Assert.Equal(SealingVector.Load("text-upper")["text"], KeyText.Of(key));
        }
    }

    [Theory, MemberData(nameof(Purposes))]
    public void Keys_are_derived_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        using RepositoryKeys keys = vector.Keys;
        foreach ((string purpose, byte[] key) in ((string, byte[])[])
        [
            ("packs", keys.For(ObjectType.Pack).ToArray()), ("savesets", keys.For(ObjectType.Saveset).ToArray()), ("index", keys.For(ObjectType.Run).ToArray()),
            ("work", keys.For(ObjectType.Intent).ToArray()), ("authority", keys.Authority.ToArray()), ("chunks", keys.Chunks.ToArray()),
            ("cutter", keys.Cutter.ToArray()),
        ])
        {
            Assert.Equal(vector[purpose], Convert.ToHexStringLower(key));
        }

        Assert.Equal(vector["proof"][..(2 * RepositoryKeys.ProofSize)], Convert.ToHexStringLower(keys.Proof));
        using HostKey host = keys.MakeHostKey("a", vector.Hex("sum"));
        Assert.Equal(vector["public"], Convert.ToHexStringLower(host.Public));
        Assert.Equal(vector["public_savesets"], Convert.ToHexStringLower(host.PublicOfSavesets));
        using CollectingKey collecting = keys.MakeCollectingKey(vector.Hex("sum"));
        Assert.Equal(vector["collecting"], Convert.ToHexStringLower(collecting.Collecting));
    }

    [Theory, MemberData(nameof(Sessions))]
    public void A_session_is_found_or_refused_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        using RepositoryKeys keys = vector.Keys;
        string purpose = vector["purpose"];
        using Session? session = keys.Find(purpose, vector.Hex("session"), vector.Hex("block"));
        if (vector.Expect == "refused")
        {
            Assert.Null(session);
            return;
        }

        // Its last bytes are reserved: anybody may have changed them, and it is still the same.
        byte[] changed = vector.Hex("block");
        changed[^1] ^= 1;
        Assert.Same(session, keys.Find(purpose, vector.Hex("session"), changed));
        bool isOfPacks = purpose == Session.ForPacks;
        Assert.Equal(isOfPacks ? vector["key"] : "", Convert.ToHexStringLower(session!.For(ObjectType.Pack)));
        Assert.Equal(isOfPacks ? "" : vector["key"], Convert.ToHexStringLower(session.For(ObjectType.Saveset)));
        Assert.Equal(isOfPacks ? "" : vector["key"], Convert.ToHexStringLower(session.For(ObjectType.Expired)));
        using (SealingKeys collecting = vector.Collecting)
        using (Session? seen = collecting.Find(purpose, vector.Hex("session"), vector.Hex("block")))
        {
            // A collector finds the same for savesets, and nothing for packs.
            Assert.Equal(isOfPacks ? null : vector["key"], seen is null ? null : Convert.ToHexStringLower(seen.For(ObjectType.Saveset)));
        }

        Assert.True(session.For(ObjectType.Run).IsEmpty && session.For(ObjectType.Intent).IsEmpty && session.For(ObjectType.Tags).IsEmpty);
        if (vector.Has("randomness"))
        {
            // Another one of the same host, with what the host has.
            byte[] host = HiddenNames.VectorOf(vector["folder"]);
            Assert.Equal(host, session.Host);
            ObjectType type = isOfPacks ? ObjectType.Pack : ObjectType.Saveset;
            using Session begun = Session.Begin(purpose, vector.Hex("public"), host, vector.Hex("identity"));
            using Session? found = keys.Find(purpose, begun.Id, begun.Block);
            Assert.Equal(begun.For(type), found!.For(type));
            Assert.False(begun.For(type).SequenceEqual(session.For(type)));
        }
    }

    [Theory, MemberData(nameof(HostKeyFiles))]
    public void A_host_key_is_read_or_refused_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        using HostKey? key = HostKey.TryParse(System.Text.Encoding.Latin1.GetString(vector.File));
        if (vector.Expect == "refused")
        {
            Assert.Null(key);
            return;
        }

        Assert.Equal(vector.Expect == "ok", key!.Configuration.AsSpan().SequenceEqual(vector.Hex("sum")));
        if (vector.Expect != "ok")
        {
            return;
        }

        Assert.Equal((vector["host"], vector["folder"]), (key.Host, key.Folder));
        using HostKeys keys = new(key);
        AssertParts(vector, keys,
            ("configuration", key.Configuration), ("public", key.Public), ("identity", key.Identity), ("public_savesets", key.PublicOfSavesets),
            ("identity_savesets", key.IdentityOfSavesets), ("subsets", key.Subsets), ("work", key.Work), ("chunks", key.Chunks), ("cutter", key.Cutter));
        using RepositoryKeys all = vector.Keys;
        using HostKey made = all.MakeHostKey(key.Host, vector.Hex("sum"));
        Assert.Equal(made.ToText(), key.ToText());
    }

    [Theory, MemberData(nameof(CollectingKeyFiles))]
    public void A_collecting_key_is_read_or_refused_as_it_says(string name)
    {
        SealingVector vector = SealingVector.Load(name);
        using CollectingKey? key = CollectingKey.TryParse(System.Text.Encoding.Latin1.GetString(vector.File));
        if (vector.Expect == "refused")
        {
            Assert.Null(key);
            return;
        }

        Assert.Equal(vector.Expect == "ok", key!.Configuration.AsSpan().SequenceEqual(vector.Hex("sum")));
        if (vector.Expect != "ok")
        {
            return;
        }

        using CollectingKeys keys = new(key);
        AssertParts(vector, keys,
            ("configuration", key.Configuration), ("savesets", key.Savesets), ("collecting", key.Collecting), ("names", key.Names), ("index", key.Index),
            ("work", key.Work), ("authority", key.Authority));
        using RepositoryKeys all = vector.Keys;
        using CollectingKey made = all.MakeCollectingKey(vector.Hex("sum"));
        Assert.Equal(made.ToText(), key.ToText());
        Assert.Equal(SealingVector.Load("collecting-key-plain").File, System.Text.Encoding.ASCII.GetBytes(key.ToText()));
    }

    [Fact]
    public void Lengths_are_rounded_as_they_say()
    {
        foreach (string[] words in SealingVector.Load("padme").Words("lengths"))
        {
            Assert.Equal(words[1], SealedLayout.Padme(long.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture))
                .ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Reads a pack or run from both ends.</summary>
    /// <param name="refused">The status of the refusal; null if it must be read.</param>
    private static void AssertReads(SealedStore store, ObjectPath path, SealingVector vector, ExitCode? refused)
    {
        if (refused is { } code)
        {
            Assert.Equal(code, Assert.Throws<BackshiftException>(() => store.TryOpen(path, ObjectEnd.Tail, [], out _)).Code);
            return;
        }

        foreach (ObjectEnd end in (ObjectEnd[])[ObjectEnd.Head, ObjectEnd.Tail])
        {
            byte[] part = new byte[100];
            using IStoredObject opened = store.TryOpen(path, end, part, out int count)!;
            byte[] all = new byte[opened.Length + 10];
            int read = opened.ReadAt(all, 0);
            Assert.Equal(opened.Length, read);
            Assert.Equal(end == ObjectEnd.Head ? all[..count] : all[(read - count)..read], part[..count]);
            if (vector.Expect == "short")
            {
                Assert.InRange(opened.Length, 0, ObjectHeader.Size);
                continue;
            }

            string[] plain = vector.Words("plain").Single();
            Assert.Equal((plain[0], plain[1]), (opened.Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Convert.ToHexStringLower(SHA256.HashData(all.AsSpan(0, read)))));
        }
    }

    /// <summary>What a key file has, and that its names are those that it says.</summary>
    private static void AssertParts(SealingVector vector, SealingKeys keys, params (string Name, byte[] Bytes)[] parts)
    {
        foreach ((string name, byte[] bytes) in parts)
        {
            Assert.Equal(vector[name], Convert.ToHexStringLower(bytes));
        }

        Assert.Equal(vector["hidden"], keys.Names.Hide(BytePath.Of(vector["path"]), 2).ToString());
        Assert.Equal(vector["path"], keys.Names.TryShow(BytePath.Of(vector["hidden"]), 2).ToString());
    }

    /// <summary>An encrypted store with the file of a vector in it.</summary>
    private SealedStore Store(SealingVector vector, BytePath path, SealingKeys keys)
    {
        Dispose();
        using (DirectoryStore made = DirectoryStore.Make(BytePath.Of(folder)))
        {
            made.TryPublish(ObjectPath.Configuration, "x"u8);
        }

        string file = Path.Combine(folder, path.ToString());
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, vector.File);
        return new SealedStore(DirectoryStore.Open(BytePath.Of(folder)), keys);
    }
}
