# What to do with ngxtest. `make demo` and `make test` work on a fresh clone where Go and apt-get are.

SHELL   := /bin/bash
GO      ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS := -s -w $(if $(VERSION),-X main.release=$(VERSION))

.PHONY: demo test test-debian13 build samples lint bench zoo deps

# demo runs the project's own suites on the nginx of this machine, then a block that leaks memory under Valgrind. The
# latter ends in exit status 2: all tests passed, but there are memory findings.
demo: deps build samples
	bin/ngxtest -r t
	bin/ngxtest --valgrind t/valgrind/leak.t:58 || [ $$? -eq 2 ]

# test runs everything: go vet, the Go tests under the race detector, and t/; the last line counts
test: deps build samples
	@GO="$(GO)" .ci/test

# build makes bin/ngxtest, one static binary
build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ngxtest ./cmd/ngxtest

# samples builds the C library whose faults t/valgrind has, when its sources are newer: before several suites look for it at once
samples: deps
	@$(MAKE) -s -C t/valgrind/zoo

lint:
	@unformatted=$$(gofmt -l .ci cmd runner nginxconf valgrind); if [ -n "$$unformatted" ]; then echo "gofmt -w $$unformatted"; exit 1; fi
	$(GO) vet ./... ./.ci/bench
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./... ./.ci/bench

# bench runs a generated suite of 500 blocks by 1, 2, 4, 8, 16 and 32 lanes, beside what nginx alone takes for them, and, where
# TEST_NGINX_LIB names a checkout of Test::Nginx, by prove: a table, in bin/bench.txt too, and a plot, bin/bench.svg. Then: how
# many blocks a second are read and evaluated
bench: deps build
	$(GO) run ./.ci/bench
	$(GO) test -run '^$$' -bench . -benchtime 3s ./runner ./runner/perl

# zoo runs all of t/valgrind under Valgrind and holds what is found against t/valgrind/expect.yaml; some minutes
zoo: deps build samples
	NGXTEST_ZOO=all $(GO) test -count=1 -timeout 30m -run TestZoo -v ./runner

# test-debian13 runs t/ on Debian 13, whose nginx talks HTTP/3, in a root that debootstrap makes the first time; as root
test-debian13: build
	@.ci/debian13

# deps installs what is missing for the above; it does nothing when all is there
deps:
	@.ci/deps
