package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/report"
)

const shardUsage = `run shard K of N of the files, ` + "`K/N`" + `: about as long as the others by the times in .ngxtest-state, else by a
hash of the names; off runs all of them. Without this flag the environment says it: that of Bazel, of
Kubernetes' indexed Jobs (the count in NGXTEST_SHARDS), GitLab, CircleCI and Buildkite`

// part works out which shard of the run this is, of the flag or else of the environment, and tells it where the user has
// not asked for it himself.
func (o *runOptions) part(args []string, options *runner.Options) error {
	env := options.Setup.Env
	var shard report.Shard
	var source runner.ShardSource
	var err error
	switch o.shard {
	case runner.NoShards:
		return nil
	case "":
		shard, source, err = runner.EnvShard(env)
	default:
		shard, err = runner.ParseShard(o.shard)
	}
	if source.CI && len(args) > 0 && !slices.ContainsFunc(args, isDir) {
		if shard.Of > 0 {
			fmt.Fprintf(o.stderr, "ngxtest: %s=%d has no effect on files that are named one by one (--shard=%d/%d runs a part of them)\n", source.Count, shard.Of, shard.Index, shard.Of)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if source.IsBazel() {
		if err := touch(env["TEST_SHARD_STATUS_FILE"]); err != nil {
			return err
		}
	}
	options.Shard = shard
	if shard.Of > 0 && (o.verbose || o.shard == "") {
		off := ""
		if o.shard == "" {
			off = fmt.Sprintf(" (--shard=%s runs all of them)", runner.NoShards)
		}
		mine := runner.ShardFiles(shard, options.Files, options.Times)
		fmt.Fprintf(o.stderr, "ngxtest: shard %d of %d, by %s: %d of %d files%s\n", shard.Index, shard.Of, shard.By, len(mine), len(options.Files), off)
	}
	return nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// touch makes the file by which Bazel sees that sharding is understood.
func touch(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fmt.Errorf("TEST_SHARD_STATUS_FILE=%s: cannot be written: %w", path, reason(err))
	}
	return nil
}
