package trust

import (
	"sync"

	"golang.org/x/time/rate"
)

// paces bound how often a registration may get tokens and use them, on this replica.
type paces struct {
	mu     sync.Mutex
	tokens *rate.Limiter
	calls  *rate.Limiter
}
