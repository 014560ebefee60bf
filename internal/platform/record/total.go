package record

import (
	"context"
	"fmt"
)

// Total returns how many records there are of all object types together.
func (e *Engine) Total(ctx context.Context) (int64, error) {
	rows, err := e.db.Query(ctx, `SELECT name, value FROM cell WHERE name LIKE 'total/%'`)
	if err != nil {
		return 0, fmt.Errorf("count records: %w", err)
	}
	defer rows.Close()
	of := map[string]int64{}
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return 0, fmt.Errorf("count records: %w", err)
		}
		of[name] = n
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("count records: %w", err)
	}
	sum := int64(0)
	for _, t := range e.Types(ctx) {
		if t.Base == nil { // whose total is that of those that extend it too
			sum += of["total/"+t.Object]
		}
	}
	return sum, nil
}
