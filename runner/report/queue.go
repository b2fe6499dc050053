package report

import "slices"

// queue puts interleaved events of several files in the order of the run: those of the first file that has not ended go
// through at once, those of the files behind it wait.
type queue struct {
	files   []string           // of the run, those that have gone through left out
	waiting map[string][]Event // of all files but the first
}

// begin says which files are to come.
func (q *queue) begin(files []string) { q.files = slices.Clone(files) }

// push hands on what can be printed now.
func (q *queue) push(e Event, print func(Event)) {
	if q.waiting == nil {
		q.waiting = map[string][]Event{}
	}
	if e.Kind == FileStart && !slices.Contains(q.files, e.File) {
		q.files = append(q.files, e.File)
	}
	if len(q.files) > 0 && e.File != "" && e.File != q.files[0] {
		q.waiting[e.File] = append(q.waiting[e.File], e)
		return
	}
	print(e)
	for ended := e.Kind == FileEnd && len(q.files) > 0; ended; {
		q.files = q.files[1:]
		ended = len(q.files) > 0 && q.release(q.files[0], print)
	}
}

// release prints what waits of a file and reports whether that was all of it.
func (q *queue) release(file string, print func(Event)) (ended bool) {
	for _, e := range q.waiting[file] {
		print(e)
		ended = e.Kind == FileEnd
	}
	delete(q.waiting, file)
	return ended
}

// end prints what still waits, for files that were to come before it and did not.
func (q *queue) end(print func(Event)) {
	for _, file := range q.files {
		q.release(file, print)
	}
	q.files = nil
}
