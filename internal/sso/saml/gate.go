package saml

// gate holds the checks. Its zero value, the only one outside this package's tests, runs all of them; a test leaves one out to
// see that it is needed.
type gate struct {
	off    Code
	verify verifier // nil: verifySignature
}

// refuse is the error of a failed check.
func (g gate) refuse(code Code, detail string) error { return g.because(code, detail, nil) }

// because is refuse with the cause for the log.
func (g gate) because(code Code, detail string, cause error) error {
	if code == g.off {
		return nil
	}
	return &Error{Code: code, Message: sentences[code], Detail: plain(detail), Cause: cause}
}

// require refuses unless ok.
func (g gate) require(ok bool, code Code, detail string) error {
	if ok {
		return nil
	}
	return g.refuse(code, detail)
}

// first returns the first refusal. All of them are evaluated: the checks have to stand on their own.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
