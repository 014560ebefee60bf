package demo

import (
	"bytes"
	"fmt"
	"image"
	colour "image/color" //nolint:misspell // the name of the package
	"image/draw"
	"image/png"
	"math/rand/v2"
	"strings"
)

// screenshot draws a window with a message on a desktop: 320 by 200 points.
func screenshot(r *rand.Rand, n int) []byte {
	hue := []colour.RGBA{{0x1f, 0x4e, 0x79, 0xff}, {0x2d, 0x6a, 0x4f, 0xff}, {0x5a, 0x3e, 0x85, 0xff}, {0x37, 0x47, 0x4f, 0xff}}[n%4]
	m := image.NewPaletted(image.Rect(0, 0, 320, 200), colour.Palette{hue, colour.White, colour.RGBA{0xd0, 0xd5, 0xdb, 0xff},
		colour.RGBA{0xc6, 0x28, 0x28, 0xff}, colour.RGBA{0x55, 0x5f, 0x6b, 0xff}, colour.RGBA{0x15, 0x65, 0xc0, 0xff}})
	fill := func(x, y, width, height, paint int) {
		draw.Draw(m, image.Rect(x, y, x+width, y+height), image.NewUniform(m.Palette[paint]), image.Point{}, draw.Src)
	}
	fill(0, 186, 320, 14, 4) // the task bar
	left, top := 40+r.IntN(30), 30+r.IntN(20)
	fill(left, top, 210, 110, 1)
	fill(left, top, 210, 14, 2)
	fill(left+194, top+3, 10, 8, 3)
	for i := range 18 { // a cross in a circle, roughly
		fill(left+16+i, top+34+i, 3, 3, 3)
		fill(left+33-i, top+34+i, 3, 3, 3)
	}
	for line := range 4 { // words, as they look from afar
		for x := left + 50; x < left+180; {
			width := 5 + r.IntN(22)
			fill(x, top+30+line*12, min(width, left+195-x), 5, 4)
			x += width + 5
		}
	}
	fill(left+140, top+88, 56, 14, 5)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic("demo: " + err.Error()) // into memory: cannot happen
	}
	return b.Bytes()
}

// document writes a page of text as PDF 1.4 (ISO 32000-1), in one of the fonts that every reader has.
func document(title string, lines []string) []byte {
	plain := func(s string) string { // the standard fonts know Latin-1, and brackets end a text
		var b strings.Builder
		for _, c := range s {
			switch {
			case c == '(' || c == ')' || c == '\\':
				b.WriteString(`\` + string(c))
			case c >= ' ' && c < 0x7f:
				b.WriteRune(c)
			default:
				b.WriteByte('-')
			}
		}
		return b.String()
	}
	var page strings.Builder
	fmt.Fprintf(&page, "BT /F1 18 Tf 60 770 Td (%s) Tj /F1 11 Tf 0 -20 Td 15 TL\n", plain(title))
	for _, line := range lines {
		for words := strings.Fields(line); len(words) > 0; {
			n, width := 0, 0
			for n < len(words) && width+len(words[n]) < 85 {
				width += len(words[n]) + 1
				n++
			}
			n = max(n, 1)
			fmt.Fprintf(&page, "T* (%s) Tj\n", plain(strings.Join(words[:n], " ")))
			words = words[n:]
		}
	}
	page.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}
