package desk

import (
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxFileName is how many characters the name of an attachment may have.
const maxFileName = 255

// cleanFileName makes the name under which an attachment is stored of the one that was sent: without a path of either kind of
// slash, control, direction and other invisible characters, and what no file system takes. "" where nothing is left of it.
func cleanFileName(sent string) string {
	name := strings.ToValidUTF8(sent, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = norm.NFC.String(name)
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case r == '\u200c', r == '\u200d': // joiners, which scripts and emoji need
			return r
		case unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.Is(unicode.C, r), unicode.In(r, unicode.Zl, unicode.Zp): // controls, formats, surrogates and private ones
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " \u200c\u200d")
	name = strings.TrimRight(name, ". \u200c\u200d") // which Windows drops
	if stem, _, _ := strings.Cut(name, "."); slices.Contains(devices, strings.ToUpper(strings.TrimRight(stem, " "))) {
		name = "_" + name
	}
	if n := utf8.RuneCountInString(name); n > maxFileName {
		end := path.Ext(name)
		if utf8.RuneCountInString(end) > 20 {
			end = ""
		}
		stem := []rune(strings.TrimSuffix(name, end))
		name = strings.TrimRight(string(stem[:maxFileName-utf8.RuneCountInString(end)]), ". \u200c\u200d") + end
	}
	if strings.Trim(name, ".") == "" {
		return ""
	}
	return name
}

// devices are what Windows takes for devices, whatever follows the dot
// (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
var devices = []string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
	"COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
	"LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³"}

// extension is what follows the last dot of a file's name, in lower case; "" for none.
func extension(name string) string { return strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")) }

// allowed reports whether files of this name may be attached, by a comma-separated list of extensions.
func allowed(name, list string) bool {
	end := extension(name)
	if end == "" {
		return false
	}
	for one := range strings.SplitSeq(list, ",") {
		if one == end {
			return true
		}
	}
	return false
}

// contentTypes are the types under which files are given out, by extension. What a browser could run is not among them.
var contentTypes = map[string]string{
	"7z": "application/x-7z-compressed", "avi": "video/x-msvideo", "bmp": "image/bmp", "csv": "text/csv", "doc": "application/msword",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "eml": "message/rfc822", "gif": "image/gif", "gz": "application/gzip",
	"heic": "image/heic", "ics": "text/calendar", "jpeg": "image/jpeg", "jpg": "image/jpeg", "json": "application/json", "log": "text/plain",
	"m4a": "audio/mp4", "md": "text/plain", "mov": "video/quicktime", "mp3": "audio/mpeg", "mp4": "video/mp4", "msg": "application/vnd.ms-outlook",
	"odp": "application/vnd.oasis.opendocument.presentation", "ods": "application/vnd.oasis.opendocument.spreadsheet",
	"odt": "application/vnd.oasis.opendocument.text", "pdf": "application/pdf", "png": "image/png", "ppt": "application/vnd.ms-powerpoint",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "rtf": "application/rtf", "tar": "application/x-tar",
	"tgz": "application/gzip", "tif": "image/tiff", "tiff": "image/tiff", "tsv": "text/tab-separated-values", "txt": "text/plain",
	"vcf": "text/vcard", "wav": "audio/wav", "webp": "image/webp", "xls": "application/vnd.ms-excel",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "yaml": "text/plain", "yml": "text/plain", "zip": "application/zip",
}

const unknownContent = "application/octet-stream"

// contentType says what a file is, by its name and how it begins. Nothing that a browser would run as a page is ever called
// so: HTML, SVG, XML and scripts are bytes.
func contentType(name string, head []byte) string {
	sniffed := http.DetectContentType(head)
	kind, _, err := mime.ParseMediaType(sniffed)
	if err != nil {
		return unknownContent
	}
	named := contentTypes[extension(name)]
	switch {
	case named == "" && (strings.HasPrefix(kind, "image/") && kind != "image/svg+xml" || strings.HasPrefix(kind, "audio/") || strings.HasPrefix(kind, "video/")):
		return kind
	case named == "":
		return unknownContent
	case strings.HasPrefix(named, "text/") && strings.HasPrefix(kind, "text/") && strings.Contains(sniffed, "charset="):
		_, parameters, _ := mime.ParseMediaType(sniffed) // read without fault above
		return named + "; charset=" + parameters["charset"]
	case strings.HasPrefix(named, "image/") && (kind == "text/html" || kind == "text/xml"): // a page in disguise
		return unknownContent
	}
	return named
}

// disposition is the header with which a file is given out: the name last and, where it can be, as it is, because clients
// read to the end of the header. A name with spaces or beyond ASCII is quoted (RFC 6266 section 4.1), in UTF-8, which
// browsers read; filename* is left out for the same clients.
func disposition(name string) string {
	name = cleanFileName(name)
	if name == "" {
		name = "attachment"
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return `attachment; filename="` + strings.NewReplacer(`\`, "_", `"`, "_").Replace(name) + `"`
		}
	}
	return "attachment; filename=" + name
}
