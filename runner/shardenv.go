package runner

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/report"
)

// NoShards is the value of --shard that runs all files, whatever the environment says.
const NoShards = "off"

// ShardSource is a pair of environment variables that say which shard of how many this is.
type ShardSource struct {
	Index, Count string // names of the variables
	First        int    // what Index counts from
	// CI says that the variables are set for whatever runs in the job, be it test files that somebody else has divided
	// already. They count only where ngxtest looks for the files itself.
	CI bool
}

// bazel is the sharding protocol of Bazel's tests.
var bazel = ShardSource{Index: "TEST_SHARD_INDEX", Count: "TEST_TOTAL_SHARDS"}

// shardSources are asked in this order, and the first whose Count is set decides: what is said about this very test comes
// before what is said about the job. Kubernetes tells a pod of an indexed Job its index only, so the count has a name of
// ours.
var shardSources = []ShardSource{
	bazel,
	{Index: "JOB_COMPLETION_INDEX", Count: "NGXTEST_SHARDS"},
	{Index: "CI_NODE_INDEX", Count: "CI_NODE_TOTAL", First: 1, CI: true},               // GitLab
	{Index: "CIRCLE_NODE_INDEX", Count: "CIRCLE_NODE_TOTAL", CI: true},                 // CircleCI
	{Index: "BUILDKITE_PARALLEL_JOB", Count: "BUILDKITE_PARALLEL_JOB_COUNT", CI: true}, // Buildkite
}

// EnvShard returns the shard that the environment asks for, and the variables that do. The zero Shard, a count of 1
// among the reasons, is the whole run. What the variables say that makes no sense is in the error.
func EnvShard(env map[string]string) (report.Shard, ShardSource, error) {
	for _, source := range shardSources {
		if env[source.Count] == "" {
			continue
		}
		shard, err := source.read(env)
		return shard, source, err
	}
	return report.Shard{}, ShardSource{}, nil
}

// IsBazel reports whether it is Bazel that asks.
func (s ShardSource) IsBazel() bool { return s == bazel }

func (s ShardSource) read(env map[string]string) (report.Shard, error) {
	count, err := strconv.Atoi(env[s.Count])
	if err != nil || count < 1 || count > report.MostShards {
		return report.Shard{}, fmt.Errorf("%s=%s: no number of shards (1 or more; --shard=%s runs all files)", s.Count, env[s.Count], NoShards)
	}
	if count == 1 {
		return report.Shard{}, nil
	}
	if env[s.Index] == "" {
		return report.Shard{}, fmt.Errorf("%s=%d: which of the shards this is does not stand in %s (--shard=%s runs all files)", s.Count, count, s.Index, NoShards)
	}
	index, err := strconv.Atoi(env[s.Index])
	if index -= s.First; err != nil || index < 0 || index >= count {
		return report.Shard{}, fmt.Errorf("%s=%s: no such shard (%d to %d, for %s is %d; --shard=%s runs all files)",
			s.Index, env[s.Index], s.First, count-1+s.First, s.Count, count, NoShards)
	}
	return report.Shard{Index: index + 1, Of: count, By: s.Index + " and " + s.Count}, nil
}

// ParseShard reads K/N, shard K of N, counted from 1.
func ParseShard(text string) (report.Shard, error) {
	k, n, _ := strings.Cut(text, "/")
	index, err := strconv.Atoi(k)
	of, err2 := strconv.Atoi(n)
	if err != nil || err2 != nil || index < 1 || index > of || of > report.MostShards {
		return report.Shard{}, fmt.Errorf("--shard=%s: no such shard (K/N is shard K of N, 1/4 to 4/4 for instance; %s runs all files)", text, NoShards)
	}
	return report.Shard{Index: index, Of: of, By: "--shard"}, nil
}
