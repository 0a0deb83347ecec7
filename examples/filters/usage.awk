# How much each user has in a saveset, and in how many files, the largest first:
#
#     bs-ls -l web@latest | awk -f usage.awk | sort -rn
#
# A further name of a file does not count: its line begins with h.
/^-/ {
  bytes[$3] += $5
  files[$3]++
}

END {
  for (user in bytes)
    printf "%15.0f %9d %s\n", bytes[user], files[user], user
}
