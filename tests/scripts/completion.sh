# Completion is made from --help: options with a value, without one, with several spellings, with odd descriptions.
# only: bin
. "${0%/*}/lib.sh"
need awk

cat > help << 'END'
Description:
  cut files into chunks

Usage:
  bs-demo [options]

Options:
  --average <size>       how large: it's "about" this [default: 16384]
  -j, --jobs <n>         how many
  -0                     names end in NUL
  -x, --one-file-system  stay [really]
  -?, -h, --help         show this
END
make_for() {
  awk -v program=bs-demo -v shell="$1" -f "$ROOT/build/completion.awk" help
}

make_for bash > demo.bash
# complete WORDS…: what bash would offer for the last of them
complete_words() {
  bash -c '. ./demo.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bs_demo; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
touch "a file" afile
[ "$(complete_words bs-demo --a)" = --average ] || fail "--a was not completed"
[ "$(complete_words bs-demo - | tr '\n' ' ')" = "--average -j --jobs -0 -x --one-file-system -? -h --help " ] ||
  fail "not all options: $(complete_words bs-demo -)"
[ "$(complete_words bs-demo a | sort | tr '\n' ' ')" = "a file afile " ] || fail "no file names"
[ "$(complete_words bs-demo --jobs a | sort | tr '\n' ' ')" = "a file afile " ] || fail "no value after --jobs"

make_for zsh > demo.zsh
grep -qF -- "'--average=[how large\\: it'\\''s \"about\" this]:value:_files'" demo.zsh || fail "zsh: $(cat demo.zsh)"
grep -qF -- "'(-x --one-file-system)''-x[stay (really)]'" demo.zsh || fail "zsh: $(cat demo.zsh)"
make_for fish > demo.fish
grep -qxF -- "complete -c bs-demo -s j -l jobs -r -d 'how many'" demo.fish || fail "fish: $(cat demo.fish)"
grep -qF -- "it\\'s \"about\" this'" demo.fish || fail "fish: $(cat demo.fish)"
! command -v zsh > /dev/null || zsh -n demo.zsh
! command -v fish > /dev/null || fish --no-execute demo.fish

# Text that is no help at all is an error, not an empty file.
expect_status 1 sh -c "echo nothing | awk -v program=x -v shell=bash -f '$ROOT/build/completion.awk' 2> /dev/null"
