# Reads the --help of one program, writes the completion file of one shell.
#     awk -v program=bs-x -v shell=bash|zsh|fish -f completion.awk
# An option is a line such as "  -j, --jobs <jobs>  how many readers [default: 4]" below "Options:".
# With <something> it takes a value. Everything that is not an option is completed as a file name.

/^[A-Za-z].*:$/ { in_options = ($0 == "Options:"); next }
in_options && /^ +-/ {
    line = $0
    sub(/^ +/, "", line)
    count++
    # Names and value stand before the first run of two blanks, the description after it.
    names = line
    described = ""
    if (match(line, /   */)) {
        names = substr(line, 1, RSTART - 1)
        described = substr(line, RSTART + RLENGTH)
    }
    takes_value[count] = (names ~ /[<=]/)
    sub(/ *[<=].*/, "", names)
    gsub(/,/, " ", names)
    gsub(/ +\(REQUIRED\)/, "", names)
    gsub(/  +/, " ", names)
    option[count] = names
    sub(/ *\[default:.*\]$/, "", described)
    description[count] = described
}

END {
    if (count == 0) {
        print program ": no options in its --help" > "/dev/stderr"
        exit 1
    }
    if (shell == "bash") { bash() } else if (shell == "zsh") { zsh() } else { fish() }
}

function bash(    i, words, valued, name) {
    words = ""
    valued = ""
    for (i = 1; i <= count; i++) {
        words = words " " option[i]
        if (takes_value[i]) {
            name = option[i]
            gsub(/ /, "|", name)
            valued = valued (valued == "" ? "" : "|") name
        }
    }
    function_name = "_" program
    gsub(/-/, "_", function_name)
    print "# bash completion for " program
    print function_name "() {"
    print "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}"
    if (valued != "") {
        print "    case $previous in"
        print "    " valued ") mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;"
        print "    esac"
    }
    print "    case $current in"
    print "    -*) COMPREPLY=($(compgen -W '" substr(words, 2) "' -- \"$current\")) ;;"
    print "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;"
    print "    esac"
    print "}"
    print "complete -o filenames -F " function_name " " program
}

function zsh(    i, n, parts, k, text, others) {
    print "#compdef " program
    printf "_arguments"
    for (i = 1; i <= count; i++) {
        n = split(option[i], parts, " ")
        text = description[i]
        gsub(/'/, "'\\''", text)
        gsub(/\[/, "(", text)
        gsub(/\]/, ")", text)
        gsub(/:/, "\\:", text)
        others = (n > 1) ? "'(" option[i] ")'" : ""
        for (k = 1; k <= n; k++) {
            printf " \\\n  %s'%s%s[%s]%s'", others, parts[k], takes_value[i] && parts[k] ~ /^--/ ? "=" : "", text,
                takes_value[i] ? ":value:_files" : ""
        }
    }
    print " \\\n  '*:file:_files'"
}

function fish(    i, n, parts, k, text, line) {
    print "# fish completion for " program
    for (i = 1; i <= count; i++) {
        n = split(option[i], parts, " ")
        text = description[i]
        gsub(/\\/, "\\\\", text)
        gsub(/'/, "\\'", text)
        line = "complete -c " program
        for (k = 1; k <= n; k++) {
            if (parts[k] ~ /^--/) {
                line = line " -l " substr(parts[k], 3)
            } else if (parts[k] != "-?") {
                line = line " -s " substr(parts[k], 2)
            }
        }
        print line (takes_value[i] ? " -r" : "") " -d '" text "'"
    }
}
