# Backshift is built by dotnet; this file names the things one does with it. `make help` lists them.

PREFIX   ?= /usr/local
DESTDIR  ?=
OUT      ?= out
CONFIG   := Release
PROGRAMS := $(patsubst tools/%/Program.cs,%,$(sort $(wildcard tools/*/Program.cs)))
OWN      := $(notdir $(patsubst %/,%,$(dir $(wildcard tools/*/*.csproj))))
PAGES    := $(sort $(wildcard man/*.[157]))
RID      ?= linux-$(subst x86_64,x64,$(subst aarch64,arm64,$(shell uname -m)))

# What the image is made from. Directories are in it too, so that a removed file is noticed.
SOURCES  := $(shell find lib tools -type d -o -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name packages.lock.json -o -name BannedSymbols.txt) \
            Directory.Build.props Directory.Packages.props global.json BannedSymbols.txt .editorconfig

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
export DOTNET_SKIP_FIRST_TIME_EXPERIENCE := 1
# A build node that outlives the build keeps a pipe behind `make` open.
export MSBUILDDISABLENODEREUSE := 1

bindir  := $(DESTDIR)$(PREFIX)/bin
libdir  := $(DESTDIR)$(PREFIX)/lib/backshift
mandir  := $(DESTDIR)$(PREFIX)/share/man
docdir  := $(DESTDIR)$(PREFIX)/share/doc/backshift
bashdir := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
zshdir  := $(DESTDIR)$(PREFIX)/share/zsh/site-functions
fishdir := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

.PHONY: all jit completion install uninstall demo quick test check deps fuzz bench bench-deps docs lint-docs lint-scripts clean help
.DELETE_ON_ERROR:
# Two builds at once would write the same intermediate files; dotnet uses all cores by itself.
.NOTPARALLEL:

all: $(OUT)/bin/.built $(OUT)/completion/.built   ## the programs, into ./out/bin

$(OUT)/bin/.built: $(SOURCES) build/publish build/link-programs
	build/publish native $(RID) $(OUT)/bin $(OUT)/jit
	@touch $@

jit: $(OUT)/jit/.built   ## the programs as they run on an installed .NET, into ./out/jit

$(OUT)/jit/.built: $(SOURCES) build/publish build/link-programs
	build/publish jit $(RID) $(OUT)/jit
	@touch $@

completion: $(OUT)/completion/.built   ## completion for bash, zsh and fish, into ./out/completion

$(OUT)/completion/.built: $(OUT)/bin/.built build/completion build/completion.awk
	build/completion $(OUT)/bin $(OUT)/completion
	@touch $@

install: all   ## programs, man pages, examples and completion, below PREFIX
	rm -rf $(libdir)
	install -d $(libdir) $(bindir) $(bashdir) $(zshdir) $(fishdir)
	cd $(OUT)/bin && find . -type f ! -name .built ! -name backshift -exec install -m 644 {} $(abspath $(libdir))/ \;
	for p in backshift $(OWN); do install -m 755 $(OUT)/bin/$$p $(libdir)/$$p || exit 1; done
	build/link-programs $(libdir)
	for p in $(filter-out $(OWN),$(PROGRAMS)); do ln -sfn ../lib/backshift/backshift $(bindir)/$$p || exit 1; done
	for p in $(OWN); do ln -sfn ../lib/backshift/$$p $(bindir)/$$p || exit 1; done
	rm -rf $(docdir)
	install -d $(docdir)/examples/filters
	install -m 644 README.md CHANGELOG.md LICENSE $(docdir)/
	install -m 755 examples/restore.py examples/object_server.py examples/small_object_server.py $(docdir)/examples/
	install -m 644 examples/backshift_*.py $(docdir)/examples/
	install -m 755 examples/filters/* $(docdir)/examples/filters/
	for page in $(PAGES); do \
	  section=man$${page##*.}; install -d $(mandir)/$$section && install -m 644 $$page $(mandir)/$$section/ || exit 1; done
	install -m 644 $(OUT)/completion/bash/* $(bashdir)/
	install -m 644 $(OUT)/completion/zsh/* $(zshdir)/
	install -m 644 $(OUT)/completion/fish/* $(fishdir)/

uninstall:   ## remove what install has put there, and nothing else
	rm -rf $(libdir) $(docdir)
	cd $(bindir) && rm -f $(PROGRAMS)
	for page in $(PAGES); do rm -f $(mandir)/man$${page##*.}/$${page##*/}; done
	for p in $(PROGRAMS); do rm -f $(bashdir)/$$p $(zshdir)/_$$p $(fishdir)/$$p.fish; done

demo: all   ## save a real tree (or TREE=…), list, restore and compare it
	@PATH="$(abspath $(OUT)/bin):$$PATH" TREE="$(TREE)" sh examples/demo.sh

quick:   ## what a developer needs between two edits: the build and all unit tests, in under a minute
	@tests/quick

test check: deps   ## everything that CI runs
	@RID=$(RID) OUT=$(OUT) tests/run

deps:   ## install the Debian packages that tests and documents need (as root; otherwise report what is missing)
	@build/install-packages.sh test ceph

fuzz: all   ## feed the programs hostile and damaged input: COUNT=… seeds of each part, from SEED=… on
	dotnet build tests/Backshift.Fuzz -c $(CONFIG) -v quiet -nologo
	BIN=$(abspath $(OUT)/bin) COUNT="$(COUNT)" SEED="$(SEED)" tests/fuzz

bench: all bench-deps   ## measure, and compare with tar, restic, borg and bup
	BIN=$(abspath $(OUT)/bin) tests/bench/run

bench-deps:
	@build/install-packages.sh test bench

docs: lint-docs   ## the man pages as HTML and PDF, into ./out/docs
	build/documents $(OUT)/docs $(PAGES)

lint-docs:   ## check the man pages for mistakes
	build/lint-documents $(PAGES)

lint-scripts:   ## check the shell scripts for mistakes
	build/lint-scripts

clean:   ## remove everything that was built
	rm -rf $(OUT)

help:   ## this list
	@awk -F ':[^#]*## *' '/^[a-z].*:.*##/ { sub(/:.*/, "", $$1); printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
