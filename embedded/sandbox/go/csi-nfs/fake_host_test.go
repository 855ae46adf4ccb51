package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// fakeHost has folders in place of NFS: a mount point is a symbolic link while something is mounted on it.
type fakeHost struct {
	// nas is the folder that holds the exports.
	nas string

	mutex   sync.Mutex
	sources map[string][]string
	// options of all mounts so far, one line each.
	options []string
	// back is open while the server is away.
	back chan struct{}
	// mountError, lookError and busy are what the kernel says instead of doing it.
	mountError, lookError error
	busy                  bool
	// lazy unmounts so far, and calls that wait for the server.
	lazy, waiting int
}

// newFakeHost has one export, /nfs.
func newFakeHost(t *testing.T) *fakeHost {
	t.Helper()
	h := &fakeHost{nas: t.TempDir(), sources: map[string][]string{}}
	if err := os.Mkdir(filepath.Join(h.nas, "nfs"), 0o755); err != nil {
		t.Fatal(err)
	}
	return h
}

// goAway lets all that needs the server wait until the function is called that it returns.
func (h *fakeHost) goAway() (comeBack func()) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	back := make(chan struct{})
	h.back = back
	return sync.OnceFunc(func() {
		h.mutex.Lock()
		defer h.mutex.Unlock()
		close(back)
		h.back = nil
	})
}

func (h *fakeHost) wait(ctx context.Context) error {
	h.mutex.Lock()
	back := h.back
	if back != nil {
		h.waiting++
	}
	h.mutex.Unlock()
	if back == nil {
		return nil
	}
	defer func() {
		h.mutex.Lock()
		defer h.mutex.Unlock()
		h.waiting--
	}()
	select {
	case <-back:
		return nil
	case <-ctx.Done():
		return errors.New("signal: killed")
	}
}

func (h *fakeHost) mount(ctx context.Context, source, target string, options []string) error {
	if err := h.wait(ctx); err != nil {
		return err
	}
	return h.mountNow(source, target, options)
}

func (h *fakeHost) mountNow(source, target string, options []string) error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.mountError != nil {
		return h.mountError
	}
	_, path, _ := strings.Cut(source, ":/")
	folder := filepath.Join(h.nas, path)
	if _, err := os.Stat(folder); err != nil {
		return fmt.Errorf("exit status 32: mount.nfs: mounting %s failed, reason given by server: No such file or directory", source)
	}
	h.options = append(h.options, source+" "+strings.Join(options, ","))
	h.sources[target] = append(h.sources[target], source)
	return errors.Join(os.Remove(target), os.Symlink(folder, target))
}

func (h *fakeHost) unmount(target string, lazy bool) error {
	if !lazy {
		_ = h.wait(context.Background())
	}
	return h.unmountNow(target, lazy)
}

func (h *fakeHost) unmountNow(target string, lazy bool) error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if len(h.sources[target]) == 0 {
		return unix.EINVAL
	}
	if h.busy && !lazy {
		return unix.EBUSY
	}
	if lazy {
		h.lazy++
	}
	h.sources[target] = h.sources[target][1:]
	if len(h.sources[target]) > 0 {
		return nil
	}
	delete(h.sources, target)
	return errors.Join(os.Remove(target), os.Mkdir(target, 0o755))
}

func (h *fakeHost) mounted(target string) (bool, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return len(h.sources[target]) > 0, nil
}

func (h *fakeHost) look(path string) (os.FileInfo, error) {
	_ = h.wait(context.Background())
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.lookError != nil {
		return nil, h.lookError
	}
	return os.Stat(path)
}

func (h *fakeHost) setMode(path string, mode os.FileMode) error {
	_ = h.wait(context.Background())
	return os.Chmod(path, mode)
}

func (h *fakeHost) usage(path string) (unix.Statfs_t, error) {
	_ = h.wait(context.Background())
	return linux{}.usage(path)
}

func (h *fakeHost) open(path string) (*os.Root, error) {
	root, err := os.OpenRoot(path) // of this mount, also when another one is there by the time that the server is back
	_ = h.wait(context.Background())
	return root, err
}

// left are the mounts that are still there.
func (h *fakeHost) left() int {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return len(h.sources)
}

// waiters are the calls that wait for the server.
func (h *fakeHost) waiters() int {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.waiting
}

// lastOptions are those of the latest mount, with its source.
func (h *fakeHost) lastOptions() string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if len(h.options) == 0 {
		return ""
	}
	return h.options[len(h.options)-1]
}

// short are limits for tests of a server that is away; others give a slow machine the time it needs.
var short = limits{mount: 50 * time.Millisecond, unmount: 50 * time.Millisecond, answer: 50 * time.Millisecond, work: 50 * time.Millisecond}

// newDriver is both services on a fake host.
func newDriver(t *testing.T, arguments ...string) (*controller, *node, *fakeHost) {
	t.Helper()
	s, err := settingsFrom(append([]string{"--nodeid=node-1", "--working-mount-dir=" + t.TempDir()}, arguments...))
	if err != nil {
		t.Fatal(err)
	}
	h := newFakeHost(t)
	m := &mounts{host: h, limits: defaultLimits}
	return &controller{settings: s, mounts: m}, &node{settings: s, mounts: m}, h
}

// write makes a file with the directories above it, relative to the exports.
func (h *fakeHost) write(t *testing.T, name string) {
	t.Helper()
	full := filepath.Join(h.nas, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// tree names what is in the export, directories with a slash.
func (h *fakeHost) tree() string { return treeOf(filepath.Join(h.nas, "nfs")) }

func treeOf(folder string) string {
	var names []string
	_ = filepath.WalkDir(folder, func(path string, entry os.DirEntry, _ error) error {
		name, _ := filepath.Rel(folder, path)
		if name != "." && entry.IsDir() {
			name += "/"
		}
		if name != "." {
			names = append(names, name)
		}
		return nil
	})
	return strings.Join(names, " ")
}
