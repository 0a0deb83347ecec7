# The helpers of lib.sh notice what they are there to notice: a test that cannot fail pins nothing.
. "${0%/*}/lib.sh"

# run TEXT: TEXT as a script of its own; its output in ./output, its status in $status
run() {
  status=0
  printf '. "%s/tests/scripts/lib.sh"\n%s\n' "$ROOT" "$1" > script.sh
  mkdir -p inner
  (cd inner && TMP=$PWD bash ../script.sh) > output 2>&1 || status=$?
}
must_end() {
  [ "$status" -eq "$1" ] || { cat output; fail "status $status, expected $1"; }
}
must_say() {
  grep -qF -- "$1" output || { cat output; fail "not said: $1"; }
}

run 'fail "no reason"; echo after'
must_end 1
must_say "FAIL: no reason"
run 'skip "no moon"'
must_end 77
[ "$(tail -n 1 output)" = "skip: no moon" ] || fail "the reason is not the last line"
run 'false; echo after'
must_end 1
must_say "script.sh:2: status 1: false"
run 'need sh no-such-program'
must_end 77
must_say "no no-such-program"
run 'need :sys :no_such_module'
must_end 77
run 'expect_status 3 sh -c "exit 3"; expect_status 0 true'
must_end 0
run 'expect_status 3 sh -c "exit 4"'
must_end 1
run 'expect_text needle echo hay needle hay'
must_end 0
run 'expect_text needle echo hay'
must_end 1
run 'touch e; expect_empty e; echo x > e; expect_empty e'
must_end 1
run 'echo 1 > a; echo 1 > b; expect_same a b; echo 2 > b; expect_same a b'
must_end 1
run 'at_exit touch "a b"; at_exit rm "a b"; touch "a b"; exit 5'
must_end 5
[ -e "inner/a b" ] || fail "at_exit did not run the last command first"

# same_tree: a tree that has everything, copied by cp -a, then spoilt in one respect at a time.
make_tree() {
  rm -rf "$1"
  mkdir -p "$1/sub/deep"
  echo content > "$1/file"
  ln "$1/file" "$1/sub/second"
  echo other > "$1/sub/other"
  echo other > "$1/third"
  ln -s file "$1/symlink"
  mkfifo "$1/fifo"
  printf x > "$1/$(printf 'bad\377\nname')"
  touch -d '1969-12-31 23:59:58.123456789' "$1/file"
  touch -h -d '2001-02-03 04:05:06.000000001' "$1/symlink"
  if [ "$(id -u)" -eq 0 ]; then
    mknod "$1/null" c 1 3
    chown 12:34 "$1/sub/other"
  fi
  if [ -n "$with_xattrs" ]; then setfattr -n user.note -v one "$1/file"; fi
  touch -d '2020-01-01 00:00:00' "$1"/sub/* "$1/third" "$1/fifo" "$1"/bad* "$1/sub" "$1"
  [ ! -e "$1/null" ] || touch -d '2020-01-01' "$1/null"
  touch -d '1969-12-31 23:59:58.123456789' "$1/file"
  touch -d '2020-01-01 00:00:00' "$1"
}
with_xattrs=
touch probe
! { command -v setfattr && setfattr -n user.a -v b probe; } > /dev/null 2>&1 || with_xattrs=yes

make_tree one
make_tree two
same_tree one two
tree_digest one > digest
grep -qF 'mtime=-2.123456789' digest || fail "a time before 1970 is not shown to the nanosecond"
grep -qF 'bad\xff\x0aname' digest || fail "a name of odd bytes is not shown escaped"

differ() {
  make_tree two
  (cd two && eval "$1")
  ! (same_tree one two ${2:-}) > output 2>&1 || fail "not noticed: $1"
}
alike() {
  make_tree two
  (cd two && eval "$1")
  same_tree one two --without "$2"
}
differ 'chmod 600 third; touch -d 2020-01-01 .'
differ 'chmod u+s sub/other'
differ 'touch -d "2020-01-01 00:00:00.000000001" third'
differ 'touch -d "2020-01-01 00:00:01" sub'
differ 'touch -h -d 2020-01-01 symlink'
differ 'printf OTHER\\n > third; touch -d 2020-01-01 third'
differ 'ln -sfn third symlink; touch -h -d "2001-02-03 04:05:06.000000001" symlink; touch -d 2020-01-01 .'
differ 'rm fifo; touch fifo; touch -d 2020-01-01 fifo .'
differ 'rm third; touch -d 2020-01-01 .'
differ 'touch new; touch -d 2020-01-01 .'
differ 'cp -p file f; mv f file; touch -d 2020-01-01 .' "--without xattr"
differ 'ln -f third sub/other; touch -d 2020-01-01 sub' "--without uid,gid"
alike 'touch third' mtime
alike 'chmod 600 third' mode
if [ "$(id -u)" -eq 0 ]; then
  differ 'chown 13 third'
  differ 'chown :13 third'
  differ 'chown -h 13 symlink'
  differ 'rm null; mknod null c 1 5; touch -d 2020-01-01 null .'
  alike 'chown 13:13 third' uid,gid
fi
if [ -n "$with_xattrs" ]; then
  differ 'setfattr -n user.note -v two file'
  differ 'setfattr -n user.more -v two sub'
fi

# Deeper than a path can be long, and deeper than the usual limit of open files.
"$PYTHON" - << 'END'
import os
os.mkdir("pit")
os.chdir("pit")
for _ in range(1500):
    os.mkdir("down")
    os.chdir("down")
open("bottom", "w").close()
END
[ "$(tree_digest pit | wc -l)" -eq 1502 ] || fail "a deep tree was not read to the bottom"
