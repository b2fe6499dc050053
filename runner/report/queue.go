package report

// queue puts interleaved events of several files in order: those of the file that started first go through at once,
// those of the others wait until it has ended.
type queue struct {
	files   []string           // that have started and not all gone through
	waiting map[string][]Event // of all files but the first
	ended   map[string]bool
}

// push hands on what can be printed now.
func (q *queue) push(e Event, print func(Event)) {
	if q.waiting == nil {
		q.waiting, q.ended = map[string][]Event{}, map[string]bool{}
	}
	if e.Kind == FileStart {
		q.files = append(q.files, e.File)
	}
	if len(q.files) > 0 && e.File != "" && e.File != q.files[0] {
		q.waiting[e.File] = append(q.waiting[e.File], e)
		q.ended[e.File] = e.Kind == FileEnd
		return
	}
	print(e)
	if e.Kind != FileEnd || len(q.files) == 0 {
		return
	}
	for q.files = q.files[1:]; len(q.files) > 0; q.files = q.files[1:] {
		next := q.files[0]
		for _, waited := range q.waiting[next] {
			print(waited)
		}
		delete(q.waiting, next)
		if !q.ended[next] {
			return
		}
		delete(q.ended, next)
	}
}
