package sso

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// colour is red, green and blue, 0 to 255.
type colour [3]float64

// The grounds that the pages' accent stands on, as page.css has them.
var (
	lightSheet = colour{255, 255, 255}
	darkSheet  = colour{0x1b, 0x21, 0x2d}
	darkText   = colour{0x0d, 0x14, 0x20} // of a button on a light accent
)

// enough is the contrast of text that is wanted, a little above the 4.5 of WCAG 2.2 (1.4.3), since colours are rounded.
const enough = 4.6

// parseColour reads #rrggbb.
func parseColour(text string) (colour, bool) {
	n, err := strconv.ParseUint(text[min(1, len(text)):], 16, 32)
	if err != nil || len(text) != 7 || text[0] != '#' {
		return colour{}, false
	}
	return colour{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}, true
}

func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(math.Round(c[0])), int(math.Round(c[1])), int(math.Round(c[2])))
}

// towards mixes a share of another colour in.
func (c colour) towards(other colour, share float64) colour {
	for i := range c {
		c[i] += (other[i] - c[i]) * share
	}
	return c
}

// luminance is the relative luminance of WCAG 2.2.
func (c colour) luminance() float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		part := c[i] / 255
		if part <= 0.04045 {
			part /= 12.92
		} else {
			part = math.Pow((part+0.055)/1.055, 2.4)
		}
		sum += weight * part
	}
	return sum
}

// contrast is the contrast ratio of WCAG 2.2, 1 to 21.
func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// readable moves a colour towards another until it can be read on all of the grounds.
func (c colour) readable(goal colour, grounds ...colour) colour {
	for share := 0.0; share < 1; share += 0.02 {
		moved, ok := c.towards(goal, share), true
		for _, ground := range grounds {
			ok = ok && contrast(moved, ground) >= enough
		}
		if ok {
			return moved
		}
	}
	return goal
}

// accentStyle is the style sheet that gives the pages a tenant's accent: darkened or lightened until it can be read. Nothing where
// the accent is no colour.
func accentStyle(accent string) string {
	c, ok := parseColour(accent)
	if !ok {
		return ""
	}
	light, dark := c.readable(colour{}, lightSheet), c.readable(colour{255, 255, 255}, darkSheet, darkText)
	return fmt.Sprintf(":root { --accent: %s; --on-accent: #ffffff; }\n@media (prefers-color-scheme: dark) {\n  :root { --accent: %s; --on-accent: %s; }\n}\n", light, dark, darkText) //nolint:misspell // CSS spells it so
}

// accentSheet answers the tenant's style sheet.
func accentSheet(w http.ResponseWriter, r *http.Request) {
	var text string
	if h := tenant.From(r.Context()); h != nil {
		text = accentStyle(h.Records.Setting(r.Context(), "appearance.accent"))
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(text))
}
