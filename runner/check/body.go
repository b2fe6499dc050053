package check

import (
	"fmt"
	"os"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// checkBody checks response_body (or response_body_eval), else response_body_like, else response_body_unlike.
func (j *judge) checkBody(r reply) error {
	if path := j.Spec.Value("write_resp_body_file"); path.Defined() && r.res != nil {
		if err := os.WriteFile(path.String(), []byte(r.res.Body), 0o666); err != nil {
			return j.errorf("write_resp_body_file: %w", err)
		}
	}
	switch {
	case j.Spec.Has("response_body"), j.Spec.Has("response_body_eval"):
		return j.checkBodyIs(r)
	case j.Spec.Has("response_body_like"):
		return j.checkBodyLike(r, "like")
	case j.Spec.Has("response_body_unlike"):
		return j.checkBodyLike(r, "unlike")
	}
	return nil
}

func (j *judge) checkBodyIs(r reply) error {
	content := r.content()
	if j.Spec.Has("response_body_json_sort") && content.Defined() {
		content.Str = sortJSON(content.Str)
	}
	section, want, err := j.wantedBody(r)
	if err != nil {
		return err
	}
	if want.Defined() && !want.IsRef() {
		text, err := j.expand(j.ports(want.String()))
		if err != nil {
			return err
		}
		want = spec.Text(text)
	}
	if j.skips(section, "response_body - ") {
		return nil
	}
	which := fmt.Sprintf("(repeated req %d, req %d)", r.repeat, r.index)
	switch {
	case want.Kind == spec.Regexp:
		j.like(section, "like", content.String(), want, "", fmt.Sprintf("%s - response_body - like %s", j.Name, which))
	case want.IsRef(): // nothing that a text could be like
		j.fail(section, fmt.Sprintf("%s - response_body - like %s", j.Name, which))
	default:
		j.is(section, content, want, fmt.Sprintf("%s - response_body - response is expected %s", j.Name, which))
	}
	return nil
}

// wantedBody returns what the body has to be, and the section that says so.
func (j *judge) wantedBody(r reply) (section string, want spec.Value, err error) {
	section = "response_body"
	if j.Spec.Value("response_body_eval").True() {
		section = "response_body_eval"
	}
	want, err = j.indexed(section, r.index, r.many)
	if err == nil && section == "response_body_eval" {
		j.warn("# %s - response_body_eval is DEPRECATED. Use response_body eval instead.", j.Name)
		want, err = j.eval(section, want.String())
	}
	if err == nil && j.Spec.Value("charset").True() {
		err = recode(&want, j.Spec.Value("charset").String())
		if err != nil {
			err = j.errorf("charset: %w", err)
		}
	}
	return section, want, err
}

func (j *judge) checkBodyLike(r reply, compare string) error {
	section := "response_body_" + compare
	want, err := j.indexed(section, r.index, r.many)
	if err != nil {
		return err
	}
	if text := want.String(); strings.Contains(text, "$ServerPort") && j.ports(text) != text {
		want = spec.Text(j.ports(text))
	}
	if j.skips(section, section+" - ") {
		return nil
	}
	content := r.content().String()
	j.like(section, compare, content, want, "s",
		fmt.Sprintf("%s - %s - response is expected (%s)", j.Name, section, summary(content)))
	return nil
}

var (
	lwpTE         = lazyregexp.New(`(?m)^TE: deflate,gzip;q=0\.3\r\n`)
	lwpConnection = lazyregexp.New(`(?m)^Connection: TE, close\r\n`)
)

// content is the body without the two header lines that an echoed request of Perl's LWP has in it.
func (r reply) content() spec.Value {
	v := r.body()
	if strings.Contains(v.Str, "TE") {
		v.Str = lwpTE.ReplaceAllLiteralString(v.Str, "")
		v.Str = lwpConnection.ReplaceAllLiteralString(v.Str, "")
	}
	return v
}

// summary is a body on one line, for a description. More than one blank becomes a space.
func summary(body string) string {
	body = strings.ReplaceAll(strings.Trim(body, white), "\n", " ")
	var out []byte
	for i := 0; i < len(body); {
		run := 0
		for i+run < len(body) && strings.IndexByte(white, body[i+run]) >= 0 {
			run++
		}
		if run > 1 {
			out = append(out, ' ')
			i += run
			continue
		}
		out = append(out, body[i])
		i++
	}
	return string(out)
}

func (b *Block) expand(text string) (string, error) {
	if b.Expand == nil || !strings.Contains(text, "$TEST_NGINX_") {
		return text, nil
	}
	text, err := b.Expand(text)
	if err != nil {
		return "", b.errorf("%w", err)
	}
	return text, nil
}

func (b *Block) eval(section, code string) (spec.Value, error) {
	if b.Eval == nil {
		return spec.Value{}, b.errorf("%s: Perl text cannot be evaluated here", section)
	}
	v, err := b.Eval(code)
	if err != nil {
		return spec.Value{}, b.errorf("%s: %w", section, err)
	}
	return v, nil
}
