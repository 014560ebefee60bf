package db

import "sync"

// defaultConnections is the cap of a Budget made with 0: it leaves room for a second replica and for an
// administrator under PostgreSQL's default max_connections of 100 when replicas are not all busy at once.
const defaultConnections = 80

// Budget shares a cap of connections to PostgreSQL among the open databases of a process. SQLite handles take no
// connections and are not counted.
type Budget struct {
	max int

	mu    sync.Mutex
	pools map[pool]struct{}
}

// pool is what a Budget sizes.
type pool interface{ resize(connections int) }

// NewBudget returns a budget of max connections; 0 means 80. Each database may always use two, so more than max/2
// open databases exceed the cap when all are busy in the same moment; idle connections close after 30 seconds.
func NewBudget(max int) *Budget {
	if max <= 0 {
		max = defaultConnections
	}
	return &Budget{max: max, pools: make(map[pool]struct{})}
}

func (b *Budget) join(p pool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pools[p] = struct{}{}
	b.share()
}

func (b *Budget) leave(p pool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.pools, p)
	b.share()
}

func (b *Budget) share() {
	if len(b.pools) == 0 {
		return
	}
	n := max(2, min(16, b.max/len(b.pools)))
	for p := range b.pools {
		p.resize(n)
	}
}
