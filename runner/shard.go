package runner

import (
	"cmp"
	"hash/fnv"
	"slices"

	"github.com/ngxtest/ngxtest/runner/report"
)

// ShardFiles returns the files of one shard of a run, in the order in which they are given. It depends on nothing but the
// names of all files and their times in seconds, as far as these are known, so each machine comes to the same: the
// longest file first, each into the shard that has least to do so far. A file without a time counts as the mean of
// those that have one; files that take equally long are dealt out in the order of a hash of their names, which spreads
// neighbours.
func ShardFiles(s report.Shard, files []string, times map[string]float64) []string {
	if s.Of < 2 {
		return files
	}
	const least = 0.001 // of a file that took no time: it is work, too
	mean, known := 0.0, 0
	for _, file := range files {
		if seconds, ok := times[file]; ok {
			mean += max(seconds, least)
			known++
		}
	}
	if known == 0 {
		mean, known = 1, 1
	}
	mean /= float64(known)
	type sized struct {
		file    string
		seconds float64
		hash    uint64
	}
	var order []sized
	for _, file := range files {
		seconds := mean
		if measured, ok := times[file]; ok {
			seconds = max(measured, least)
		}
		order = append(order, sized{file, seconds, hashOf(file)})
	}
	slices.SortFunc(order, func(a, b sized) int {
		return cmp.Or(cmp.Compare(b.seconds, a.seconds), cmp.Compare(a.hash, b.hash), cmp.Compare(a.file, b.file))
	})
	load := make([]float64, min(s.Of, len(files))) // a shard beyond the number of files gets none
	mine := map[string]bool{}
	for _, f := range order {
		emptiest := 0
		for i := range load {
			if load[i] < load[emptiest] {
				emptiest = i
			}
		}
		load[emptiest] += f.seconds
		mine[f.file] = emptiest == s.Index-1
	}
	return slices.DeleteFunc(slices.Clone(files), func(file string) bool { return !mine[file] })
}

// shard returns the files that are to run, of all of them, and what run-start tells of that: nil where all are.
func (r *run) shard(all []string) ([]string, *report.Shard) {
	if r.Shard.Of == 0 {
		return all, nil
	}
	s := r.Shard
	s.Files = all
	r.summary.Part = len(all) > 0
	return ShardFiles(s, all, r.Times), &s
}

// buildNumbers are the variables by which the CI tells one run of its jobs from the next.
var buildNumbers = []string{"GITHUB_RUN_ID", "CI_PIPELINE_ID", "CIRCLE_WORKFLOW_ID", "BUILDKITE_BUILD_ID", "BUILD_TAG"}

// sharedSeed is the seed of a run in shards that names none, so that all of them have the same one: it follows from the
// list of files and from the CI's number of the run.
func sharedSeed(files []string, env map[string]string) int64 {
	hash := fnv.New64a()
	for _, name := range buildNumbers {
		hash.Write([]byte(env[name] + "\x00"))
	}
	for _, file := range slices.Sorted(slices.Values(files)) {
		hash.Write([]byte(file + "\x00"))
	}
	return int64(hash.Sum64()%(1<<31-1)) + 1
}

func hashOf(text string) uint64 {
	hash := fnv.New64a()
	hash.Write([]byte(text))
	return hash.Sum64()
}
