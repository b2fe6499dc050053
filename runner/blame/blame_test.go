package blame

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// noted is a trace of what each request noted, in order.
func noted(t *testing.T, requests ...string) *Trace {
	t.Helper()
	trace, err := New([]string{"label"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trace.Close() })
	all := ""
	for i, lines := range requests {
		all += strings.NewReplacer(" ", "\t", "SITE", "label\tcontent\t3\t@a.lua").Replace(lines)
		if err := os.WriteFile(trace.file("events"), []byte(all), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := trace.Poll(i); err != nil {
			t.Fatal(err)
		}
	}
	return trace
}

// The same line releases in the first request what it keeps in the second one.
func TestCallsOfEachRequest(t *testing.T) {
	trace := noted(t,
		"call SITE\npointer SITE 7:1\nfree SITE 7:1 label_free\n",
		"call SITE\npointer SITE 7:2\n",
		"call SITE\npointer SITE 8:2\n",                    // another worker's
		"gc SITE 8:2 label_gc\nfree SITE 7:1 label_free\n", // later; and once more, in a process that was forked
	)
	site := Site{Function: "label", Phase: "content", Source: "@a.lua", Line: 3}
	tests := map[string]struct {
		request int
		want    []Calls
	}{
		"released":       {0, []Calls{{Site: site, Calls: 1, Pointers: 1, Freed: 1, By: []string{"label_free"}}}},
		"kept":           {1, []Calls{{Site: site, Calls: 1, Pointers: 1}}},
		"released later": {2, []Calls{{Site: site, Calls: 1, Pointers: 1, Freed: 1, By: []string{"label_gc"}}}},
		"released only":  {3, nil},
		"at any time":    {-1, []Calls{{Site: site, Calls: 3, Pointers: 3, Freed: 2, By: []string{"label_free", "label_gc"}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := trace.Calls("label", test.request)
			if len(got) == 0 && len(test.want) == 0 {
				return
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}
