package scim

import "net/http"

// Open finds out who asks and returns the Directory for them. Its error is answered by WriteError.
type Open func(w http.ResponseWriter, r *http.Request) (*Directory, error)
