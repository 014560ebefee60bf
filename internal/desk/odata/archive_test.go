package odata_test

import "strings"

// archive is a txtar file: a comment, then files under lines of the form "-- name --".
type archive struct {
	comment string
	files   []archiveFile
}

type archiveFile struct{ name, data string }

func parseArchive(text string) (a archive) {
	data := &a.comment
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "-- ")
		if name, marked := strings.CutSuffix(name, " --"); ok && marked {
			a.files = append(a.files, archiveFile{name: name})
			data = &a.files[len(a.files)-1].data
			continue
		}
		*data += line
	}
	return a
}

func (a archive) String() string {
	text := a.comment
	for _, f := range a.files {
		text += "-- " + f.name + " --\n" + f.data
	}
	return text
}
