package nginxconf

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseUserFiles(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []UserFile
	}{
		{"none", "", nil},
		{"no title", "a\nb\n", nil},
		{"one", ">>> a.txt\nhello\n", []UserFile{{"a.txt", "hello\n", ""}}},
		{"no newline at the end", ">>> a.txt\nhello", []UserFile{{"a.txt", "hello", ""}}},
		{"empty", ">>> a.txt\n>>> b.txt\n\n", []UserFile{{"a.txt", "", ""}, {"b.txt", "\n", ""}}},
		{"date", ">>> a.txt 201209221404.30\nx\n", []UserFile{{"a.txt", "x\n", "201209221404.30"}}},
		{"date with blanks around", ">>> a.txt \t 201209221404 \nx\n", []UserFile{{"a.txt", "x\n", "201209221404"}}},
		{"carriage return", ">>> a.txt\r\nx\r\n", []UserFile{{"a.txt", "x\r\n", ""}}},
		{"lines before", "lost\n>>> a.txt\nx\n", []UserFile{{"a.txt", "x\n", ""}}},
		{"title inside a line", "-->>> a.txt\nx\n", []UserFile{{"a.txt", "x\n", ""}}},
		{"not a title", ">>> a\n>>  b\n>>>c\n>>>  d\n", []UserFile{{"a", ">>  b\n>>>c\n>>>  d\n", ""}}},
		{"named 0", ">>> 0\nx\n>>> a\ny\n", []UserFile{{"a", "y\n", ""}}},
		{"bytes", ">>> \xff\xfe\n\x80\x00\n", []UserFile{{"\xff\xfe", "\x80\x00\n", ""}}},
		{"directories", ">>> lib/a/b.lua\nx\n>>> /abs/c\ny\n", []UserFile{{"lib/a/b.lua", "x\n", ""}, {"/abs/c", "y\n", ""}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ParseUserFiles(test.text); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWriteUserFiles(t *testing.T) {
	dir := t.TempDir()
	html, abs := filepath.Join(dir, "html"), filepath.Join(dir, "elsewhere", "c.txt")
	files := []UserFile{{"a.txt", "port $X", ""}, {"sub/dir/b", "\xff\x00", "1209221404"}, {abs, "c", "201209221404.30"}, {"0date", "d", "0"}}
	expand := func(s string) (string, error) { return strings.ReplaceAll(s, "$X", "1984"), nil }
	if err := WriteUserFiles("b", html, files, expand); err != nil {
		t.Fatal(err)
	}
	// A repeat writes them again; what is shorter now is cut.
	files[0].Body = "$X"
	if err := WriteUserFiles("b", html, files, expand); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{html + "/a.txt": "1984", html + "/sub/dir/b": "\xff\x00", abs: "c", html + "/0date": "d"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", path, got, err, want)
		}
	}
	for path, want := range map[string]time.Time{
		html + "/sub/dir/b": time.Date(2012, 9, 22, 14, 4, 0, 0, time.UTC),
		abs:                 time.Date(2012, 9, 22, 14, 4, 30, 0, time.UTC),
	} {
		if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(want) {
			t.Errorf("%s: %v, %v; want %v", path, info.ModTime(), err, want)
		}
	}
}

func TestWriteUserFilesFails(t *testing.T) {
	html := t.TempDir()
	if err := os.WriteFile(html+"/file", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		file UserFile
		want string
	}{
		{UserFile{"a", "", "yesterday"}, `b - bad date of a in user_files ("yesterday" is no date: want [[CC]YY]MMDDhhmm[.ss])`},
		{UserFile{"", "x", ""}, "b - Cannot open " + html + "/ for writing: is a directory"},
		{UserFile{"file/a", "x", ""}, "b - Cannot create directory " + html + "/file (mkdir " + html + "/file: not a directory)"},
		{UserFile{"a", "$TEST_NGINX_X", ""}, "no"},
	} {
		expand := func(s string) (string, error) {
			if strings.HasPrefix(s, "$") {
				return "", errors.New("no")
			}
			return s, nil
		}
		if err := WriteUserFiles("b", html, []UserFile{test.file}, expand); err == nil || err.Error() != test.want {
			t.Errorf("%q: %v; want %s", test.file, err, test.want)
		}
	}
}

// What touch of GNU coreutils 9.1 makes of these.
func TestParseDate(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"201209221404":    "2012-09-22T14:04:00Z",
		"1209221404":      "2012-09-22T14:04:00Z",
		"09221404":        "2026-09-22T14:04:00Z",
		"201209221404.30": "2012-09-22T14:04:30Z",
		"6902010000":      "1969-02-01T00:00:00Z",
		"6802010000":      "2068-02-01T00:00:00Z",
		"201202290000.60": "2012-02-29T00:01:00Z",
		"201202300000":    "",
		"2012":            "",
		"abc":             "",
		"201209222400":    "",
		" 201209221404":   "",
		"209913010000":    "",
		"209912010000.61": "",
		"":                "",
	} {
		date, err := ParseDate(text, now)
		got := ""
		if err == nil {
			got = date.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("ParseDate(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}
