using System.Globalization;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

public sealed class SavesetPlaceTests : IDisposable
{
    private static readonly Saveset Template = new() { Host = "h", Started = new UnixTime(1_795_424_645, 123_456_789), Program = "test" };

    private readonly ScratchRepository repository = new();
    private readonly List<string> damaged = [];

    [Theory]
    [InlineData("savesets/h/20261123T090405Z")]
    [InlineData("savesets/h/20261123T090405.123Z")]
    [InlineData("savesets/h/20261123T090405.123456789Z")]
    public void A_saveset_under_its_own_time_is_listed(string place)
    {
        Put(Template, place);
        Assert.Equal(place.Split('/')[^1], Assert.Single(List()).Time);
        Assert.Empty(damaged);
    }

    [Theory]
    [InlineData("savesets/h/20261123T090406Z")]
    [InlineData("savesets/h/20261123T090405.124Z")]
    [InlineData("savesets/h/20261123T090405Z~1")]
    [InlineData("savesets/other/20261123T090405Z")]
    [InlineData("savesets/h/+part/20261123T090405Z")]
    [InlineData("savesets/%68/20261123T090405Z")]
    public void A_saveset_in_the_place_of_another_is_refused_and_named(string place)
    {
        Put(Template, place);
        Assert.Empty(List());
        Assert.Contains($"{repository.Root}/{place}: is the saveset of another place, h at 2026-11-23", Assert.Single(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void The_names_of_savesets_are_those_of_the_vectors()
    {
        foreach (string[] words in RepositoryVector.Load("times").Words("name"))
        {
            Assert.True(SavesetPath.IsTime(Encoding.ASCII.GetBytes(words[0])) == (words[1] == "yes"), string.Join(' ', words));
        }
    }

    [Fact]
    public void A_saveset_is_taken_or_refused_in_a_place_as_the_vectors_say()
    {
        foreach (string[] words in RepositoryVector.Load("times").Words("place"))
        {
            string[] started = words[0].Split('.');
            Saveset saveset = Template with
            {
                Started = new UnixTime(long.Parse(started[0], CultureInfo.InvariantCulture), uint.Parse(started[1], CultureInfo.InvariantCulture)),
                Save = words[1] == "-" ? [] : Convert.FromHexString(words[1]),
                Checkpoint = RepositoryVector.Number(words[2]),
            };
            string place = $"savesets/h/{words[3]}";
            Put(saveset, place);
            damaged.Clear();
            Assert.True(List().Count == (words[4] == "ok" ? 1 : 0) && damaged.Count == (words[4] == "ok" ? 0 : 1), string.Join(' ', words));
            repository.Delete(BytePath.Of(place));
        }
    }

    [Fact]
    public void Two_savesets_that_were_exchanged_are_both_refused()
    {
        Put(Template, "savesets/h/20261124T090405Z");
        Put(Template with { Started = Template.Started with { Seconds = Template.Started.Seconds + 86400 } }, "savesets/h/20261123T090405Z");
        Assert.Empty(List());
        Assert.Equal(2, damaged.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_checkpoint_has_its_number_in_its_name(long number)
    {
        Put(Template with { Checkpoint = 1, Save = new byte[16] }, number == 0 ? "savesets/h/20261123T090405Z" : $"savesets/h/20261123T090405Z~{number}");
        Assert.Empty(List());
        Assert.Single(damaged);
    }

    [Fact]
    public void What_another_host_publishes_stands_for_none_of_this_host_s_checkpoints()
    {
        byte[] save = [.. Enumerable.Repeat((byte)7, 16)];
        Put(Template with { Host = "victim", Checkpoint = 1, Save = save }, "savesets/victim/20261123T090405Z~1");
        Put(Template with { Host = "victim", Checkpoint = 2, Save = save }, "savesets/evil/20261123T090405Z~2");
        Put(Template with { Host = "evil", Checkpoint = 3, Save = save }, "savesets/evil/20261123T090405Z~3");
        Put(Template with { Host = "evil", Save = save }, "savesets/evil/20261123T090405Z");
        Put(Template with { Host = "victim", Subset = "part", Save = save }, "savesets/victim/+part/20261123T090405Z");
        List<Saveset> superseded = [];
        List<Saveset> listed = SavesetCatalog.List(repository.Directory, e => damaged.Add(e.Message), superseded);
        Assert.Contains("victim@20261123T090405Z~1", listed.Select(static saveset => saveset.Name));
        Assert.Equal(["evil@20261123T090405Z~3"], superseded.Select(static saveset => saveset.Name));
        Assert.Single(damaged);
    }

    [Fact]
    public void What_is_deleted_is_the_file_that_was_read()
    {
        byte[] save = [.. Enumerable.Repeat((byte)7, 16)];
        Put(Template with { Checkpoint = 1, Save = save }, "savesets/h/20261123T090405.123Z~1");
        Put(Template with { Checkpoint = 1, Save = save }, "savesets/h/20261123T090405Z~1");
        Put(Template with { Save = save }, "savesets/h/20261123T090405Z");
        List<Saveset> superseded = [];
        SavesetCatalog.List(repository.Directory, e => damaged.Add(e.Message), superseded);
        superseded.ForEach(old => old.Delete(repository.Directory));
        Assert.Equal(["20261123T090405Z"], Directory.GetFileSystemEntries(repository.Root.Join("savesets/h").ToString()).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(".DS_Store")]
    [InlineData("20261123T090405Z.sync-conflict-20260101-000000-ABCDEFG")]
    [InlineData("20261123T090405Z~")]
    [InlineData("20261123T090405Z~01")]
    [InlineData("20261123T090405Z~1x")]
    [InlineData("20261123T090405.12Z")]
    [InlineData("20261123T090405")]
    [InlineData("2026112T0904050Z")]
    [InlineData("+.stfolder/20261123T090405Z")]
    [InlineData("lost+found/20261123T090405Z")]
    public void A_name_that_is_no_time_is_nobody_s_saveset(string name)
    {
        repository.Put(BytePath.Of($"savesets/h/{name}"), [1, 2, 3]);
        repository.Put(BytePath.Of($"savesets/{name}x/y"), [1, 2, 3]);
        Assert.Empty(List());
        Assert.Empty(damaged);
    }

    private List<Saveset> List() => SavesetCatalog.List(repository.Directory, e => damaged.Add(e.Message));

    private void Put(Saveset saveset, string place) => repository.Put(BytePath.Of(place), saveset.Encode());

    public void Dispose() => repository.Dispose();
}
