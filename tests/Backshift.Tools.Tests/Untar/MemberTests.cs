using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;
using Xunit;

namespace Backshift.Tools.Untar.Tests;

public sealed class MemberTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Fact]
    public async Task A_file_has_all_that_its_header_tells()
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add("./d/f", content: Hello).AddZeros());
        EntryRecord entry = Assert.Single(untarring.Entries);
        Assert.Equal((BytePath.Of("d/f"), EntryType.File, 0x1a4u, 1000u, 1001u), (entry.Path, entry.Type, entry.Mode, entry.Uid, entry.Gid));
        Assert.Equal(("ann", "staff"), (Encoding.UTF8.GetString(entry.User!), Encoding.UTF8.GetString(entry.Group!)));
        Assert.Equal((5L, true, new UnixTime(10, 0)), (entry.Size, entry.HasContent, entry.Mtime));
        Assert.Equal(["hello"], untarring.Contents);
        Assert.Equal(new EndRecord("bs-untar", 1, 5, 0), untarring.End);
        Assert.Equal(ExitCode.Done, untarring.Status);
    }

    [Fact]
    public async Task Every_type_that_a_stream_knows_is_kept()
    {
        Archive archive = new Archive().Add("d/", '5').Add("old-d/", '\0').Add("f", '\0', Hello).Add("c", '7', Hello).Add("l", '1', target: "./f")
            .Add("s", '2', target: "../x")
            .Add("p", '6').Add("n", '3', change: static header => Device(header, "0000004", "0000100"))
                .Add("b", '4', change: static header => Device(header, "0000010", "0000001"))
            .Add("dump", 'D', "Yf\0Nd\0\0"u8.ToArray()).Add("f2").AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal(
            [EntryType.Directory, EntryType.Directory, EntryType.File, EntryType.File, EntryType.Link, EntryType.SymbolicLink, EntryType.Fifo,
            EntryType.CharacterDevice, EntryType.BlockDevice,
                EntryType.Directory, EntryType.File],
            untarring.Entries.ConvertAll(static entry => entry.Type));
        Assert.Equal("f"u8.ToArray(), untarring.Entries[4].Target);
        Assert.Equal("../x"u8.ToArray(), untarring.Entries[5].Target);
        Assert.Equal((4u, 64u), (untarring.Entries[7].RdevMajor, untarring.Entries[7].RdevMinor));
        Assert.Equal(BytePath.Of("f2"), untarring.Entries[10].Path);
        Assert.Empty(untarring.Problems);
    }

    [Theory]
    [InlineData("N", "is of type \"N\", which is not known; kept as a file")]
    [InlineData("9", "is of type \"9\", which is not known; kept as a file")]
    [InlineData("\u001b", "is of type 0x1b, which is not known; kept as a file")]
    public async Task A_member_of_another_type_is_a_file_and_marked(string type, string text)
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add("odd", type[0], Hello).Add("f", content: Hello).AddZeros());
        Assert.Equal(["odd", "f"], untarring.Paths);
        Assert.Equal(["hello", "hello"], untarring.Contents);
        Assert.Equal(("odd", text, true), (Assert.Single(untarring.Problems).Path.ToString(), untarring.Problems[0].Text, untarring.Problems[0].Marks));
        Assert.Equal((ExitCode.Incomplete, 1L), (untarring.Status, untarring.End?.Problems));
    }

    [Fact]
    public async Task A_file_that_goes_on_from_another_volume_is_a_problem()
    {
        Untarring untarring = await Untarring.OfAsync(
            new Archive().Add("odd", 'M', Hello).AddPax('g', ("GNU.volume.filename", "odd"), ("GNU.volume.offset", "512")).AddPax(("atime", "0"))
                .Add("parts/odd.2", content: Hello)
            .Add("f", content: Hello).AddZeros());
        Assert.Equal(["parts/odd.2", "f"], untarring.Paths);
        Assert.Equal(["odd: continues from another volume; skipped", "parts/odd.2: is only the rest of \"odd\", which began on another volume"],
            untarring.Said);
        Assert.Equal((ExitCode.Incomplete, 2L), (untarring.Status, untarring.End?.Problems));
    }

    [Fact]
    public async Task What_cannot_be_read_of_a_header_is_a_problem_that_marks_the_entry()
    {
        Untarring untarring = await Untarring.OfAsync(new Archive()
            .Add("mode", change: static header => Archive.Put(header, TarField.Mode, "rwxr-x\0"))
            .Add("uid", change: static header => Archive.Put(header, TarField.Uid, "abcdefg\0"))
            .Add("gid", change: static header => Archive.Put(header, TarField.Gid, "\u0080\u0001\0\0\0\0\0\0"))
            .Add("mtime", change: static header => Archive.Put(header, TarField.Mtime, "            "))
            .Add("user", change: static header => Archive.Put(header, TarField.User, "j\u00f6rg"))
            .Add("device", '3', change: static header => Device(header, "x", "0000001"))
            .AddPax(("mtime", "99999999999999999999"), ("uid", "1x"), ("size", "-1"), ("LIBARCHIVE.xattr.a%00b", "eA=="), ("SCHILY.xattr.user.a", "kept"))
                .Add("pax", content: Hello)
            .AddZeros());
        Assert.Equal(["mode", "uid", "gid", "mtime", "user", "device", "pax", "pax", "pax", "pax"],
            untarring.Problems.ConvertAll(static problem => problem.Path.ToString()));
        Assert.Contains(untarring.Problems, static problem => problem.Text == "its mode cannot be read: \"rwxr-x\" in its header");
        Assert.Contains(untarring.Problems,
            static problem =>
            problem.Text == "its extended header says mtime=99999999999999999999, which cannot be read; the value of its plain header is used");
        Assert.All(untarring.Problems, static problem => Assert.True(problem.Marks));
        Assert.Null(untarring.Entries[0].Mode);
        Assert.Null(untarring.Entries[1].Uid);
        Assert.Null(untarring.Entries[2].Gid);
        Assert.Null(untarring.Entries[3].Mtime);
        Assert.Null(untarring.Entries[4].User);
        EntryRecord pax = untarring.Entries[6];
        Assert.Equal((new UnixTime(10, 0), 1000u, 5L), (pax.Mtime, pax.Uid, pax.Size));
        Assert.Equal("hello", untarring.Contents[6]);
    }

    [Fact]
    public async Task Names_and_texts_that_are_too_long_for_a_record_are_cut_and_the_stream_can_be_read()
    {
        string huge = new('x', 2_000_000);
        Untarring untarring = await Untarring.OfAsync(new Archive()
            .AddPax(("path", huge)).Add("a").AddPax(("linkpath", huge)).Add("b", '1').AddPax(("linkpath", huge)).Add("c", '2').AddPax(("linkpath", "a\0b"))
                .Add("d", '2')
            .AddPax(("SCHILY.acl.access", huge)).Add("e").Add("f").AddZeros());
        Assert.Equal(["e", "f"], untarring.Paths);
        Assert.Equal(5, untarring.Problems.Count);
        Assert.Equal("its target contains a NUL", untarring.Problems[3].Text);
        Assert.NotNull(untarring.End);
    }

    [Fact]
    public async Task An_extended_header_that_is_too_long_costs_its_member_and_no_other()
    {
        Untarring untarring =
            await Untarring.OfAsync(new Archive().Add("x", 'x', new byte[PaxHeader.Longest + 1]).Add("a", content: Hello).Add("b", content: Hello).AddZeros());
        Assert.Equal(["b"], untarring.Paths);
        Assert.Equal("its extended header is too long; left out", Assert.Single(untarring.Problems).Text);
    }

    [Fact]
    public async Task A_header_about_a_member_that_does_not_follow_is_named() =>
        Assert.Equal(ExitCode.Incomplete, (await Untarring.OfAsync(new Archive().Add("a").AddPax(("path", "b")).AddZeros())).Status);

    [Fact]
    public async Task The_label_of_an_archive_is_named_and_no_problem()
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add("Tuesday", 'V').Add("f").AddZeros());
        Assert.Equal(["the label of the archive, \"Tuesday\", is not kept"], untarring.Said);
        Assert.Equal(ExitCode.Done, untarring.Status);
    }

    [Theory]
    [InlineData("/a/b", "a/b")]
    [InlineData("././a//b", "a/b")]
    [InlineData("a/...", "a/...")]
    [InlineData("a/../b", null)]
    [InlineData("..", null)]
    [InlineData("", null)]
    [InlineData("./", ".")]
    public async Task Names_are_kept_as_bs_walk_keeps_them(string name, string? kept)
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add(name, '5').Add("x", content: Hello).AddZeros());
        Assert.Equal(kept is null ? ["x"] : [kept, "x"], untarring.Entries.ConvertAll(static entry => entry.Path.ToString()));
        Assert.Equal(kept is null ? 1 : 0, untarring.Problems.Count);
    }

    [Fact]
    public async Task A_link_to_a_name_that_is_refused_is_a_problem()
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add("l", '1', target: "../f").Add("s", '2').AddZeros());
        Assert.Equal(["is a link to \"../f\": the path contains ..", "leads nowhere"], untarring.Problems.ConvertAll(static problem => problem.Text));
    }

    [Fact]
    public async Task A_prefix_is_part_of_the_name_in_ustar_and_not_in_gnu()
    {
        Archive archive = new Archive().Add("f", change: static header => Archive.Put(header, TarField.Prefix, "some/where"))
            .Add("f", change: static header =>
            {
                Archive.Put(header, TarField.Magic, "ustar  \0");
                Archive.Put(header, TarField.Atime, "00000000013");
                Archive.Put(header, TarField.Ctime, "00000000014");
            }).AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal(["some/where/f", "f"], untarring.Entries.ConvertAll(static entry => entry.Path.ToString()));
        Assert.Equal(new UnixTime(12, 0), untarring.Entries[1].Ctime);
    }

    [Fact]
    public async Task Long_names_of_gnu_are_about_the_next_member_alone()
    {
        string name = new('n', 300), target = new('t', 300);
        Archive archive =
            new Archive().Add("././@LongLink", 'K', Encoding.ASCII.GetBytes(target + "\0")).Add("././@LongLink", 'L', Encoding.ASCII.GetBytes(name + "\0"))
            .Add("cut", '2', target: "cut").Add("s", '2', target: "short").AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal([name, "s"], untarring.Entries.ConvertAll(static entry => entry.Path.ToString()));
        Assert.Equal([target, "short"], untarring.Entries.ConvertAll(static entry => Encoding.ASCII.GetString(entry.Target!)));
    }

    [Fact]
    public async Task Extended_headers_come_before_headers_and_those_of_a_member_before_those_of_the_archive()
    {
        Archive archive = new Archive().AddPax('g', ("uname", "gus"), ("mtime", "7"), ("comment", "x"))
            .AddPax(("path", "ö/\u00ff"), ("uid", "4294967295"), ("mtime", "-1.5"), ("ctime", "3.000000001999"), ("atime", "1"),
                ("LIBARCHIVE.creationtime", "2"), ("size", "5"),
                ("SCHILY.xattr.user.a%3D%41", "v\n=\u00ff"), ("LIBARCHIVE.xattr.user.b%20c", "AAE"), ("LIBARCHIVE.xattr.user.a%3D%2541", "AAAA"),
                ("SCHILY.fflags", "nodump,nosuch,schg"),
                ("RHT.security.selinux", "ctx"))
            .Add("f", content: Hello, size: "00000000000").Add("g").AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Empty(untarring.Said);
        EntryRecord f = untarring.Entries[0], g = untarring.Entries[1];
        Assert.Equal("\\xf6/\\xff", f.Path.ToString());
        Assert.Equal((uint.MaxValue, "gus"), (f.Uid, Encoding.UTF8.GetString(f.User!)));
        Assert.Equal((new UnixTime(-2, 500_000_000), new UnixTime(3, 1), new UnixTime(2, 0)), (f.Mtime, f.Ctime, f.Btime));
        Assert.Equal("hello", untarring.Contents[0]);
        Assert.Equal(0x50u, f.Flags);
        Assert.Equal(
            ["user.a=%41:v\\n=\\xff", "user.b c:\\x00\\x01", "security.selinux:ctx\\x00"],
            f.Attributes!.ConvertAll(static pair => Escaping.Display(pair.Key) + ":" + Escaping.Display(pair.Value)));
        Assert.Equal(("g", new UnixTime(7, 0)), (g.Path.ToString(), g.Mtime));
        Assert.Null(g.Attributes);
    }

    [Fact]
    public async Task Access_lists_become_the_attributes_of_linux()
    {
        Archive archive = new Archive()
            .AddPax(("SCHILY.acl.access", "user::rw-,user:nobody-here:r-x:7,group::r--,group:9:rwx,mask::rwx,other::---"),
            ("SCHILY.acl.default", "user::rwx\ngroup::r-x\nother::r-x\n"))
            .Add("d", '5').AddPax(("SCHILY.acl.access", "user::rw-,group::r--,other::r--")).Add("plain")
            .AddPax(("SCHILY.acl.access", "user::rw-,user:nobody-here:r--,group::r--,mask::r--,other::r--")).Add("stranger", content: Hello).AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal(
            ["system.posix_acl_access:0200000001000600FFFFFFFF020005000700000004000400FFFFFFFF080007000900000010000700FFFFFFFF20000000FFFFFFFF",
                "system.posix_acl_default:0200000001000700FFFFFFFF04000500FFFFFFFF20000500FFFFFFFF"],
            untarring.Entries[0].Attributes!.ConvertAll(static pair => Encoding.ASCII.GetString(pair.Key) + ":" + Convert.ToHexString(pair.Value)));
        Assert.Null(untarring.Entries[1].Attributes);
        ProblemRecord problem = Assert.Single(untarring.Problems);
        Assert.True(problem.Marks);
        Assert.Equal("its access control list names the user \"nobody-here\", who is unknown on this machine", problem.Text);
        Assert.Equal("hello", untarring.Contents[2]);
    }

    [Fact]
    public async Task An_owner_whom_nobody_can_be_is_a_problem_and_the_entry_is_kept()
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().AddPax(("uid", "4294967296"), ("gid", "-2")).Add("f").AddZeros());
        Assert.Null(untarring.Entries[0].Uid);
        Assert.Equal(2, untarring.Problems.FindAll(static problem => problem.Marks).Count);
    }

    private static void Device(byte[] header, string major, string minor)
    {
        Archive.Put(header, TarField.Major, major);
        Archive.Put(header, TarField.Minor, minor);
    }
}
