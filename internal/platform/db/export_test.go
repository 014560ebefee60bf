package db

import (
	"runtime"
	"time"
)

// What tests of the outside need to see of the inside.

const QueueCapacity = queueLength

var QuestionMarks = questionMarks

func QueueLength(d *DB) int { return len(d.queue) }

// AwaitQueue waits until n members wait.
func AwaitQueue(d *DB, n int) {
	for deadline := time.Now().Add(10 * time.Second); len(d.queue) < n && time.Now().Before(deadline); {
		runtime.Gosched()
	}
}

func Connections(d *DB) int {
	return d.read.Stats().MaxOpenConnections + d.write.Stats().MaxOpenConnections
}

func OpenConnections(d *DB) int {
	return d.read.Stats().OpenConnections + d.write.Stats().OpenConnections
}

// CheckpointAfter sets how many pages start a checkpoint beside the writer. Nothing may have been written.
func CheckpointAfter(d *DB, pages int64) { d.checkpoints.startAfter(pages) }

const PreparedKept = preparedKept
