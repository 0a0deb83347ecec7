# How many bytes each user has in a saveset, and in how many files, largest first:
#
#     bs-ls -l web@latest | awk -f usage.awk | sort -rn
#
# Hard links do not count: their lines begin with h.
/^-/ {
  bytes[$3] += $5
  files[$3]++
}

END {
  for (user in bytes)
    printf "%15.0f %9d %s\n", bytes[user], files[user], user
}
