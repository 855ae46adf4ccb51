package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/klog/v2"
)

// shares are the mounts with which the controller gets at volumes' directories: one for all calls that need the same share
// at the same time, since to mount takes far longer than what is then done there. A driver that is killed takes them along,
// with its container.
type shares struct {
	mutex   sync.Mutex
	mounted map[string]*shareMount
}

type shareMount struct {
	source, key string
	// folder is this mount's alone.
	folder string
	// users are the calls, and what mounts it; the last one unmounts it.
	users int
	// ready is closed once err is known.
	ready chan struct{}
	err   error
}

// ownOptions end a wait of the controller's for a server that is away after half a minute. The pods' mounts keep theirs.
var ownOptions = []string{"soft", "timeo=100", "retrans=2"}

// withShare does work for a volume on its share, mounted below folder. Work that takes longer than its caller waits keeps
// the mount until it ends, and no other of its volume begins.
func (m *mounts) withShare(ctx context.Context, source, folder string, options []string, volume string, work func(share) error) error {
	s, err := m.enter(ctx, source, folder, slices.Concat(options, ownOptions))
	if err != nil {
		return err
	}
	err = m.within(ctx, m.limits.work, "work "+volume, func() error {
		defer m.leave(s)
		root, err := m.host.open(s.folder)
		if err != nil {
			return fmt.Errorf("cannot look into %s: %w", source, err)
		}
		defer root.Close()
		return work(share{root})
	})
	switch {
	case errors.Is(err, errStill):
		m.leave(s)
		return errBusy
	case errors.Is(err, errNoAnswer):
		return status.Errorf(codes.DeadlineExceeded, "what is done on %s takes long and goes on: try again later", source)
	case errors.Is(err, unix.ETIMEDOUT), errors.Is(err, unix.EIO): // by ownOptions
		m.shares.forget(s)
		return away(source)
	case errors.Is(err, unix.ESTALE):
		m.shares.forget(s)
		return status.Errorf(codes.Unavailable, "%s was exported anew: %v", source, err)
	case err != nil:
		return status.Error(codes.Internal, err.Error())
	}
	return nil
}

// enter waits until the share is mounted, by this call or by one before that still uses it.
func (m *mounts) enter(ctx context.Context, source, folder string, options []string) (*shareMount, error) {
	key := source + " " + strings.Join(options, ",")
	m.shares.mutex.Lock()
	s := m.shares.mounted[key]
	if s == nil {
		s = &shareMount{source: source, key: key, users: 1, ready: make(chan struct{})}
		if m.shares.mounted == nil {
			m.shares.mounted = map[string]*shareMount{}
		}
		m.shares.mounted[key] = s
		// Others wait for it, too, when this call's caller has left.
		go m.mountShare(context.WithoutCancel(ctx), s, folder, options)
	}
	s.users++
	m.shares.mutex.Unlock()
	select {
	case <-s.ready:
	case <-ctx.Done():
		m.leave(s)
		return nil, away(source)
	}
	if s.err != nil {
		m.leave(s)
		return nil, s.err
	}
	return s, nil
}

// mountShare mounts a share for all who wait for it.
func (m *mounts) mountShare(ctx context.Context, s *shareMount, folder string, options []string) {
	s.folder, s.err = newFolder(folder)
	if s.err == nil {
		s.err = m.mount(ctx, s.source, s.folder, options)
	}
	if s.err != nil {
		m.shares.forget(s)
	}
	m.leave(s)
	close(s.ready)
}

func newFolder(parent string) (string, error) {
	err := os.MkdirAll(parent, 0o700)
	if err == nil {
		parent, err = os.MkdirTemp(parent, "csi-nfs-share-")
	}
	if err != nil {
		return "", status.Errorf(codes.Internal, "cannot make a folder to mount in: %v", err)
	}
	return parent, nil
}

// leave unmounts a share that nobody uses any more.
func (m *mounts) leave(s *shareMount) {
	if !m.shares.left(s) || s.folder == "" {
		return
	}
	if err := m.discard(context.Background(), s.folder); err != nil {
		klog.ErrorS(err, "The share stays mounted", "source", s.source, "folder", s.folder)
	}
}

// left says whether that was the last user. The next one gets another mount.
func (all *shares) left(s *shareMount) bool {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	s.users--
	if s.users > 0 {
		return false
	}
	all.drop(s)
	return true
}

// forget keeps a mount that is of no use from later calls.
func (all *shares) forget(s *shareMount) {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	all.drop(s)
}

func (all *shares) drop(s *shareMount) {
	if all.mounted[s.key] == s {
		delete(all.mounted, s.key)
	}
}

// discard unmounts a folder of the driver's own, also when it is in use, and removes it.
func (m *mounts) discard(ctx context.Context, folder string) error {
	if err := m.unmount(ctx, folder); err != nil {
		if err := m.detach(ctx, folder); err != nil {
			return status.Errorf(codes.Internal, "cannot unmount %s: %v", folder, err)
		}
	}
	return removeEmpty(folder)
}

// removeEmpty removes a mount point, never what is in it.
func removeEmpty(folder string) error {
	if err := unix.Rmdir(folder); err != nil && !errors.Is(err, unix.ENOENT) {
		return status.Errorf(codes.Internal, "cannot remove the folder %s: %v", folder, err)
	}
	return nil
}
