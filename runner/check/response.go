package check

import (
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// reply is one response and what it answers.
type reply struct {
	res    *wire.Response // nil when its chunks were broken
	index  int            // of the request in the block
	many   bool           // the block has several requests
	repeat int
}

// status is the response's code as tests see it; "" when there is none.
func (r reply) status() string {
	if r.res == nil || r.res.Code == "0" {
		return ""
	}
	return r.res.Code
}

func (r reply) rawHeaders() string {
	if r.res == nil {
		return ""
	}
	return r.res.RawHeaders
}

// body is the content, undefined when there is no response.
func (r reply) body() spec.Value {
	if r.res == nil {
		return spec.Value{}
	}
	return spec.Text(r.res.Body)
}

// checkStatus checks error_code_like or error_code; the status has to be 200 when the block has neither.
func (j *judge) checkStatus(r reply) error {
	section := "error_code"
	if j.Spec.Has("error_code_like") {
		section = "error_code_like"
	}
	if j.skips(section, "") {
		return nil
	}
	name := j.Name + " - status code ok"
	want := spec.Text("200")
	if j.Spec.Has(section) {
		var err error
		if want, err = j.indexed(section, r.index, r.many); err != nil {
			return err
		}
	}
	if section == "error_code_like" {
		j.like(section, "like", r.status(), want, "ms", name)
		return nil
	}
	j.is(section, spec.Text(r.status()), want, name)
	return nil
}

// checkRawHeaders checks raw_response_headers_like and raw_response_headers_unlike.
func (j *judge) checkRawHeaders(r reply) error {
	for _, compare := range []string{"like", "unlike"} {
		section := "raw_response_headers_" + compare
		if !j.Spec.Has(section) || j.skips(section, section+" - ") {
			continue
		}
		want, err := j.indexed(section, r.index, r.many)
		if err != nil {
			return err
		}
		j.like(section, compare, r.rawHeaders(), want, "s", j.Name+" - raw resp headers "+compare)
	}
	return nil
}
