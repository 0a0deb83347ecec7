# A list of paths in any order: a directory is looked into for its markers once, however many paths lie below it, and what is left out is the same.
# only: bin
. "${0%/*}/lib.sh"
need strace shuf
"$PYTHON" - << 'END'
import os
os.mkdir("tree")
os.chdir("tree")
for i in range(400):
    open("file", "w").close()
    os.mkdir("d")
    os.chdir("d")
END
cd tree
mkdir -p cache/inside excluded/inside
touch cache/inside/x excluded/inside/y
printf 'Signature: 8a477f597d28d172789f06886806bc55' > cache/CACHEDIR.TAG
bs-init --plain repository
find . -print0 > ../walked
options=(--exclude-caches --exclude excluded)
bs-walk "${options[@]}" < ../walked 2> ../said | bs-ls - > ../in-order
for seed in 1 2 3; do
  shuf -z --random-source=<(yes $seed) < ../walked > ../shuffled
  strace -f -o ../trace -e trace=statx,openat bs-walk "${options[@]}" < ../shuffled 2> ../said.shuffled | bs-ls - | sort > ../shuffled.out
  sort ../in-order | expect_same ../shuffled.out -
  expect_same ../said ../said.shuffled
  looks=$(grep -c 'CACHEDIR.TAG' ../trace)
  # A few more for the cache and the repository, whose tags are read.
  [ "$looks" -le 420 ] || fail "$looks looks for markers in 406 directories"
done
grep -qx 'cache/CACHEDIR.TAG' ../in-order || fail "the tag itself is not kept"
! grep -E 'inside|excluded|repository' ../in-order || fail "something was not left out"
