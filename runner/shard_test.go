package runner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/report"
)

// parts divides files into n shards.
func parts(n int, files []string, times map[string]float64) [][]string {
	var out [][]string
	for k := range n {
		out = append(out, ShardFiles(report.Shard{Index: k + 1, Of: n}, files, times))
	}
	return out
}

// Each file is in one shard, whatever the number of shards and whatever is known of the files, and the files of a shard
// keep their order.
func TestShardFilesLosesNone(t *testing.T) {
	var files []string
	for i := range 23 {
		files = append(files, fmt.Sprintf("t/%02d.t", i))
	}
	some := map[string]float64{"t/03.t": 0, "t/04.t": 9, "t/05.t": 0.5, "gone.t": 70}
	none := map[string]float64{}
	for _, file := range files {
		none[file] = 0
	}
	for name, times := range map[string]map[string]float64{"no times": nil, "some": some, "all of them nothing": none} {
		for n := 1; n <= 30; n++ {
			var all []string
			for _, part := range parts(n, files, times) {
				if !slices.IsSorted(part) {
					t.Errorf("%s, %d shards: the order is %v", name, n, part)
				}
				all = append(all, part...)
			}
			slices.Sort(all)
			if !slices.Equal(all, files) {
				t.Errorf("%s, %d shards: in all of them are %v", name, n, all)
			}
		}
	}
	if got := ShardFiles(report.Shard{}, files, some); !slices.Equal(got, files) {
		t.Errorf("without shards: %v", got)
	}
}

// The longest files go first, each where least is to do. A file that nothing is known of counts as the mean of the others.
func TestShardFilesByTime(t *testing.T) {
	tests := map[string]struct {
		times map[string]float64
		want  string
	}{
		"one is as long as all others": {map[string]float64{"a": 1, "b": 2, "c": 6, "d": 1, "e": 2}, "[[c] [a b d e]]"},
		"a new file":                   {map[string]float64{"a": 5, "b": 1, "c": 1, "d": 1}, "[[a] [b c d e]]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(parts(2, []string{"a", "b", "c", "d", "e"}, test.times)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Without times the parts are even, and do not depend on the order in which files are named, nor on the machine.
func TestShardFilesByHash(t *testing.T) {
	files := []string{"t/a.t", "t/b.t", "t/c.t", "t/d.t", "t/e.t", "t/f.t", "t/g.t"}
	want := "[[t/a.t t/d.t] [t/b.t t/e.t] [t/c.t t/f.t] [t/g.t]]"
	if got := fmt.Sprint(parts(4, files, nil)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	slices.Reverse(files)
	for _, part := range parts(4, files, nil) {
		slices.Sort(part)
		if !strings.Contains(want, fmt.Sprint(part)) {
			t.Errorf("in another order a shard is %v", part)
		}
	}
}

func TestEnvShard(t *testing.T) {
	tests := map[string]struct {
		env  string // NAME=value, with blanks between
		want string // K/N, or what the error says
	}{
		"nothing":                     {"", "0/0"},
		"Bazel":                       {"TEST_TOTAL_SHARDS=4 TEST_SHARD_INDEX=0", "1/4"},
		"Kubernetes":                  {"JOB_COMPLETION_INDEX=3 NGXTEST_SHARDS=4", "4/4"},
		"Kubernetes without a count":  {"JOB_COMPLETION_INDEX=3", "0/0"},
		"Kubernetes without an index": {"NGXTEST_SHARDS=4", "NGXTEST_SHARDS=4: which of the shards this is does not stand in JOB_COMPLETION_INDEX"},
		"GitLab":                      {"CI_NODE_INDEX=4 CI_NODE_TOTAL=4", "4/4"},
		"GitLab without parallel":     {"CI_NODE_TOTAL=1", "0/0"},
		"CircleCI":                    {"CIRCLE_NODE_INDEX=1 CIRCLE_NODE_TOTAL=4", "2/4"},
		"CircleCI with one container": {"CIRCLE_NODE_INDEX=0 CIRCLE_NODE_TOTAL=1", "0/0"},
		"Buildkite":                   {"BUILDKITE_PARALLEL_JOB=2 BUILDKITE_PARALLEL_JOB_COUNT=4", "3/4"},
		"Bazel within GitLab":         {"TEST_TOTAL_SHARDS=2 TEST_SHARD_INDEX=1 CI_NODE_INDEX=1 CI_NODE_TOTAL=4", "2/2"},
		"Kubernetes within GitLab":    {"NGXTEST_SHARDS=2 JOB_COMPLETION_INDEX=1 CI_NODE_INDEX=1 CI_NODE_TOTAL=4", "2/2"},
		"all, says Bazel":             {"TEST_TOTAL_SHARDS=1 TEST_SHARD_INDEX=0 CI_NODE_INDEX=1 CI_NODE_TOTAL=4", "0/0"},
		"an index beyond the count":   {"CI_NODE_INDEX=5 CI_NODE_TOTAL=4", "CI_NODE_INDEX=5: no such shard (1 to 4, for CI_NODE_TOTAL is 4; "},
		"an index below the first":    {"CI_NODE_INDEX=0 CI_NODE_TOTAL=4", "CI_NODE_INDEX=0: no such shard (1 to 4, "},
		"an index from 0 on":          {"TEST_TOTAL_SHARDS=4 TEST_SHARD_INDEX=4", "TEST_SHARD_INDEX=4: no such shard (0 to 3, "},
		"no number":                   {"TEST_TOTAL_SHARDS=4 TEST_SHARD_INDEX=one", "TEST_SHARD_INDEX=one: no such shard (0 to 3, "},
		"no count":                    {"TEST_TOTAL_SHARDS=many TEST_SHARD_INDEX=1", "TEST_TOTAL_SHARDS=many: no number of shards (1 or more; --shard=off runs all files)"},
		"a count of none":             {"TEST_TOTAL_SHARDS=0 TEST_SHARD_INDEX=0", "TEST_TOTAL_SHARDS=0: no number of shards"},
		"a count of too many":         {"TEST_TOTAL_SHARDS=99999999 TEST_SHARD_INDEX=0", "TEST_TOTAL_SHARDS=99999999: no number of shards"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{}
			for pair := range strings.FieldsSeq(test.env) {
				name, value, _ := strings.Cut(pair, "=")
				env[name] = value
			}
			shard, _, err := EnvShard(env)
			got := fmt.Sprintf("%d/%d", shard.Index, shard.Of)
			if err != nil {
				got = err.Error()
			}
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestParseShard(t *testing.T) {
	if s, err := ParseShard("2/4"); err != nil || s.Index != 2 || s.Of != 4 {
		t.Errorf("2/4 is %+v, %v", s, err)
	}
	for _, text := range []string{"", "2", "0/4", "5/4", "2/", "/4", "2/4/8", "-1/4", "one/4", "1/99999999", " 1/4"} {
		if s, err := ParseShard(text); err == nil || !strings.HasPrefix(err.Error(), "--shard="+text+": no such shard (") {
			t.Errorf("%q is %+v, %v", text, s, err)
		}
	}
}

// All shards of a run have one seed without being told one; another run of the CI has another.
func TestSharedSeed(t *testing.T) {
	env := map[string]string{"GITHUB_RUN_ID": "1"}
	one := sharedSeed([]string{"a.t", "b.t"}, env)
	if other := sharedSeed([]string{"b.t", "a.t"}, env); one != other || one < 1 {
		t.Errorf("the seed is %d and %d", one, other)
	}
	if other := sharedSeed([]string{"a.t", "b.t"}, map[string]string{"GITHUB_RUN_ID": "2"}); one == other {
		t.Error("the next run has the same seed")
	}
	if other := sharedSeed([]string{"a.t"}, env); one == other {
		t.Error("other files have the same seed")
	}
}
