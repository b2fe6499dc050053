package memory

import (
	"sync"

	"github.com/ngxtest/ngxtest/valgrind"
)

// spoken is what Valgrind says on standard error where the user's options want its text and no XML. It comes from a goroutine of
// its own.
type spoken struct {
	mu     sync.Mutex
	reader valgrind.TextReader
	heard  []valgrind.Record
}

func (s *spoken) hear(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, s.reader.Feed([]byte(text))...)
}

// take returns the records since the last call; all of them when nothing follows any more.
func (s *spoken) take(last bool) []valgrind.Record {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	records := s.heard
	if last {
		records = append(records, s.reader.Finish()...)
	}
	s.heard = nil
	return records
}
