package nginxconf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// UserFile is one file of a user_files section.
type UserFile struct {
	Name string // relative to html/ of the server root, or absolute
	Body string // before expansion of variables
	Date string // modification time in GMT as `touch -t` takes it; "" or "0": now
}

// ParseUserFiles splits the text of a user_files section:
//
//	>>> name [[[CC]YY]MMDDhhmm[.ss]]
//	body
//
// A title may begin anywhere on its line. Lines before the first one belong to no file, and a file named 0 is dropped,
// as Test::Nginx has it.
func ParseUserFiles(text string) []UserFile {
	var files []UserFile
	var body strings.Builder
	current := UserFile{}
	flush := func() {
		if current.Name != "" && current.Name != "0" {
			current.Body = body.String()
			files = append(files, current)
		}
		body.Reset()
	}
	for line := range strings.SplitAfterSeq(text, "\n") {
		if name, date, ok := fileTitle(line); ok {
			flush()
			current = UserFile{Name: name, Date: date}
			continue
		}
		body.WriteString(line)
	}
	flush()
	return files
}

// fileTitle reads the name and the date in a line that has a title.
func fileTitle(line string) (name, date string, ok bool) {
	for {
		_, behind, found := strings.Cut(line, ">>> ")
		if !found {
			return "", "", false
		}
		rest := strings.TrimLeftFunc(behind, isNoBlank)
		if len(rest) < len(behind) {
			return behind[:len(behind)-len(rest)], strings.TrimSpace(rest), true
		}
		line = behind
	}
}

// WriteUserFiles writes files, with the directories they need, the relative ones below htmlDir. Bodies go through
// expand, unless it is nil. name is the block's, for the errors, which are *BailOut or what expand returns.
func WriteUserFiles(name, htmlDir string, files []UserFile, expand func(string) (string, error)) error {
	for _, f := range files {
		path := f.Name
		if !strings.HasPrefix(path, "/") {
			path = htmlDir + "/" + path
		}
		if err := f.write(name, path, expand); err != nil {
			return err
		}
	}
	return nil
}

func (f UserFile) write(name, path string, expand func(string) (string, error)) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return &BailOut{Text: fmt.Sprintf("%s - Cannot create directory %s", name, dir), Hint: err.Error()}
	}
	body := f.Body
	if expand != nil {
		var err error
		if body, err = expand(body); err != nil {
			return err
		}
	}
	if err := overwrite(path, body); err != nil {
		return &BailOut{Text: fmt.Sprintf("%s - Cannot open %s for writing: %s", name, path, reason(err))}
	}
	if f.Date == "" || f.Date == "0" {
		return nil
	}
	date, err := ParseDate(f.Date, time.Now())
	if err == nil {
		err = os.Chtimes(path, date, date)
	}
	if err != nil {
		return &BailOut{Text: fmt.Sprintf("%s - bad date of %s in user_files", name, f.Name), Hint: err.Error()}
	}
	return nil
}

// overwrite is os.WriteFile, but cuts an existing file to its new length after it was written. ext4 writes a file that
// was cut to nothing before to the disk when it is closed, which takes milliseconds for each repeat of a block.
func overwrite(path, body string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(body)
	return errors.Join(err, f.Truncate(int64(len(body))), f.Close())
}

// reason is the system's word for err, without the path that the message names already.
func reason(err error) string {
	if pe, ok := err.(*os.PathError); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
