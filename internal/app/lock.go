package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrLocked means that another process works on the data folder.
var ErrLocked = errors.New("another provost process uses this data folder")

// maxSocketPath is the longest path used for a Unix socket: sockaddr_un holds 108 bytes on Linux and 104 elsewhere.
const maxSocketPath = 100

// folderLock makes sure that one process at a time works on a data folder. The file also says where the process that
// holds it listens for commands.
type folderLock struct{ file *os.File }

type lockNote struct {
	PID    int    `json:"pid"`
	Socket string `json:"socket,omitempty"`
}

func lockPath(data string) string { return filepath.Join(data, "provost.lock") }

// lockFolder takes the lock of a data folder, making the folder where it is missing. It is free again when the process ends, however it ends.
func lockFolder(data string) (*folderLock, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	f, err := os.OpenFile(lockPath(data), os.O_RDWR|os.O_CREATE|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s: %w", data, ErrLocked)
		}
		return nil, fmt.Errorf("lock the data folder %s: %w", data, err)
	}
	l := &folderLock{f}
	if err := l.note(lockNote{PID: os.Getpid()}); err != nil {
		l.release()
		return nil, err
	}
	return l, nil
}

func (l *folderLock) note(n lockNote) error {
	b, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	if _, err := l.file.WriteAt(append(b, '\n'), 0); err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	return nil
}

// release frees the folder. The file stays: removing it would let two processes hold locks on two files of one name.
func (l *folderLock) release() {
	if l != nil && l.file != nil {
		_ = l.file.Truncate(0)
		_ = l.file.Close()
	}
}

// SocketOf returns where the process that works on a data folder listens for commands; empty where none says so.
func SocketOf(data string) string {
	b, err := os.ReadFile(lockPath(data))
	if err != nil {
		return ""
	}
	var n lockNote
	if json.Unmarshal(b, &n) != nil {
		return ""
	}
	return n.Socket
}

// socketPath picks where to listen for commands: in the data folder, or, where that path is too long for a socket, in a
// private folder among the temporary files, which cleanup removes.
func socketPath(data string) (path string, cleanup func(), err error) {
	abs, err := filepath.Abs(data)
	if err != nil {
		return "", nil, fmt.Errorf("place the command socket: %w", err)
	}
	path = filepath.Join(abs, "provost.sock")
	if len(path) <= maxSocketPath {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) { // left by a killed process: the lock is ours
			return "", nil, fmt.Errorf("place the command socket: %w", err)
		}
		return path, func() { _ = os.Remove(path) }, nil
	}
	dir, err := os.MkdirTemp("", "provost-")
	if err != nil {
		return "", nil, fmt.Errorf("place the command socket: %w", err)
	}
	return filepath.Join(dir, "s"), func() { _ = os.RemoveAll(dir) }, nil
}
