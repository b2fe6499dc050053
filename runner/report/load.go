package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Load is what the requests of a block did, sent again and again over connections that stay open.
type Load struct {
	Mode        string         `json:"mode"` // benchmark, or check-leak
	Connections int            `json:"connections"`
	Warmup      int            `json:"warmup,omitempty"` // requests before all that is counted here
	Answered    int            `json:"answered"`         // complete answers
	Failed      int            `json:"failed"`           // requests without one
	Error       string         `json:"error,omitempty"`  // of the first of these
	Statuses    map[string]int `json:"statuses"`         // answers by their status
	Bytes       int64          `json:"bytes"`            // of the answers' bodies
	Seconds     float64        `json:"seconds"`          // from the first request to the last answer
	Rate        float64        `json:"rate"`             // answers in a second
	Latency     Latency        `json:"latency"`

	Memory *LoadMemory `json:"memory,omitempty"` // of check-leak
}

// Latency is how long answers took, from the first byte sent to the last one read, in seconds. The fields are percentiles.
type Latency struct {
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P75  float64 `json:"p75"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99.9"`
	Max  float64 `json:"max"`
}

// LoadMemory is how much memory nginx had under load: samples at equal distances in time.
type LoadMemory struct {
	Resident   []int   `json:"resident"`    // KB
	Answered   []int   `json:"answered"`    // requests that had been answered by then
	Slope      string  `json:"slope"`       // of the line through Resident, KB for each sample, as Test::Nginx prints it: 64.1, N/A, Inf
	PerRequest float64 `json:"per_request"` // bytes, by the line through Resident over Answered
	Verdict    string  `json:"verdict"`     // steady, levels or growing: see package load
}

// Text tells of a load in a few lines.
func (l Load) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s over %s: %.0f requests/s, %s in %s\n", count(int64(l.Answered+l.Failed), "request"),
		count(int64(l.Connections), "connection"), l.Rate, count(l.Bytes, "byte"), latency(l.Seconds))
	t := l.Latency
	fmt.Fprintf(&b, "latency: mean %s, 50%% %s, 75%% %s, 90%% %s, 99%% %s, 99.9%% %s, max %s\n", latency(t.Mean),
		latency(t.P50), latency(t.P75), latency(t.P90), latency(t.P99), latency(t.P999), latency(t.Max))
	var statuses []string
	for _, status := range slices.Sorted(maps.Keys(l.Statuses)) {
		statuses = append(statuses, fmt.Sprintf("%s: %d", status, l.Statuses[status]))
	}
	fmt.Fprintf(&b, "status %s; failed: %d", strings.Join(statuses, ", "), l.Failed)
	if l.Error != "" {
		fmt.Fprintf(&b, " (%s)", l.Error)
	}
	return b.String() + "\n"
}

// latency is a time in seconds with three digits or so: 1.23s, 45.6ms, 789µs.
func latency(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Microsecond).String()
}
