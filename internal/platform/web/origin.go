package web

import (
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// CheckOrigin refuses a request that another site made a browser send with our cookie: fault.Forbidden, code
// cross_origin. It looks at Sec-Fetch-Site, and where a browser is too old for it compares Origin with Host; a request
// with neither does not come from a browser. Reading is not refused, so a GET must never change anything. Whoever
// shows an Authorization header does not act by cookie.
func CheckOrigin(r *http.Request) error {
	if r.Header["Cookie"] == nil || r.Header["Authorization"] != nil {
		return nil
	}
	var standard http.CrossOriginProtection // without exceptions
	if err := standard.Check(r); err != nil {
		return fault.New(fault.Forbidden, "cross_origin", "The request was sent by another site.").WithCause(err)
	}
	return nil
}

// CrossOrigin puts CheckOrigin before a handler. Routes that other sites are meant to send browsers to (the SAML
// assertion consumer) stay outside.
func CrossOrigin(answer Answer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := CheckOrigin(r); err != nil {
			answer(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}
