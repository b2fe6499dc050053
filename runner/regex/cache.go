package regex

import "sync"

// maxCached bounds the patterns that Cached remembers. A suite has some hundreds.
const maxCached = 4096

var cache = struct {
	sync.Mutex
	patterns map[[2]string]*Regexp
}{patterns: map[[2]string]*Regexp{}}

// Cached is Compile, but remembers what it compiled.
func Cached(pattern, flags string) (*Regexp, error) {
	key := [2]string{pattern, flags}
	cache.Lock()
	re := cache.patterns[key]
	cache.Unlock()
	if re != nil {
		return re, nil
	}
	re, err := Compile(pattern, flags)
	if err != nil {
		return nil, err
	}
	cache.Lock()
	defer cache.Unlock()
	if len(cache.patterns) >= maxCached {
		// Patterns made up at run time can be endless; which one goes does not matter.
		for old := range cache.patterns {
			delete(cache.patterns, old)
			break
		}
	}
	cache.patterns[key] = re
	return re, nil
}
