package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/klog/v2"
)

// limits are how long the driver waits at most, if its caller does not give up before: the kubelet after two minutes.
type limits struct {
	mount, unmount, answer time.Duration
	// work on a share: to delete many files takes long, also where the server answers well.
	work time.Duration
}

var defaultLimits = limits{mount: 45 * time.Second, unmount: 30 * time.Second, answer: 10 * time.Second, work: 20 * time.Minute}

// mounts are the host's, none of which makes a caller wait for a server that is away.
type mounts struct {
	host   host
	limits limits
	// hanging holds what the kernel has not answered yet, also when nobody waits for it any more.
	hanging locks
	// shares are the controller's own.
	shares shares
}

// errNoAnswer says that the kernel still waits for the server.
var errNoAnswer = errors.New("no answer")

// errStill says so of a call before.
var errStill = fmt.Errorf("still %w", errNoAnswer)

// within waits for work, but not longer than the limit. What hangs goes on in the background, once: as long as it does,
// others of its key are told so at once.
func (m *mounts) within(ctx context.Context, limit time.Duration, key string, work func() error) error {
	if !m.hanging.take(key) {
		return errStill
	}
	done := make(chan error, 1)
	go func() {
		err := work()
		// Before it is known to be over, or the next call would find it still there.
		m.hanging.release(key)
		done <- err
	}()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return errNoAnswer
	}
}

// mount mounts a share or a directory of it. What fails leaves no mount.
func (m *mounts) mount(ctx context.Context, source, target string, options []string) error {
	limited, cancel := context.WithTimeout(ctx, m.limits.mount)
	defer cancel()
	err := m.host.mount(limited, source, target, options)
	if err == nil {
		err = m.verify(target)
	}
	if err == nil {
		return nil
	}
	// A command that was killed may have been about to end well.
	if left := m.unmount(ctx, target); left != nil {
		klog.ErrorS(left, "A mount that failed is left", "source", source, "target", target)
	}
	if limited.Err() != nil {
		return away(source)
	}
	code := codeOf(err.Error())
	if code == codes.Unavailable {
		return status.Errorf(code, "cannot mount %s: %s (%v)", source, checkServer, err)
	}
	return status.Errorf(code, "cannot mount %s: %v", source, err)
}

// verify finds a mount that its command has only begun, as the option bg says: what is written would be on this node.
func (m *mounts) verify(target string) error {
	mounted, err := m.host.mounted(target)
	if err == nil && !mounted {
		err = errors.New("nothing is mounted although the command has succeeded: take the mount option bg away")
	}
	return err
}

// away is what a caller is told about a server that does not answer. It can try again.
func away(source string) error {
	return status.Errorf(codes.DeadlineExceeded, "%s does not answer: %s", source, checkServer)
}

const checkServer = "check that the NFS server runs and that this node reaches its port 2049"

// words of mount.nfs, and what a caller can do about it.
var words = map[string]codes.Code{
	"access denied":             codes.PermissionDenied,
	"not permitted":             codes.PermissionDenied,
	"no such file or directory": codes.NotFound,
	"invalid argument":          codes.InvalidArgument,
	"incorrect mount option":    codes.InvalidArgument,
	"connection refused":        codes.Unavailable,
	"timed out":                 codes.Unavailable,
	"unreachable":               codes.Unavailable,
	"no route to host":          codes.Unavailable,
	"failed to resolve server":  codes.Unavailable,
	// The kernel gave up on a server, by ownOptions.
	"mount system call failed": codes.Unavailable,
}

// codeOf goes by the words that come first: a path may have others in it.
func codeOf(text string) codes.Code {
	code, first := codes.Internal, len(text)
	for part, its := range words {
		if at := strings.Index(strings.ToLower(text), part); at >= 0 && at < first {
			code, first = its, at
		}
	}
	return code
}

// mostStacked is how many mounts on top of each other are taken away.
const mostStacked = 8

// unmount takes away all that is mounted on target, if anything. It goes on when the caller has left.
func (m *mounts) unmount(ctx context.Context, target string) error {
	ctx = context.WithoutCancel(ctx)
	for range mostStacked {
		mounted, err := m.host.mounted(target)
		if err != nil {
			return status.Errorf(codes.Internal, "cannot list the mounts of this node: %v", err)
		}
		if !mounted {
			return nil
		}
		err = m.within(ctx, m.limits.unmount, "unmount "+target, func() error { return m.host.unmount(target, false) })
		if errors.Is(err, errNoAnswer) {
			err = m.detach(ctx, target)
		}
		if err != nil {
			return status.Errorf(codes.Internal, "cannot unmount %s: %v", target, err)
		}
	}
	return status.Errorf(codes.Internal, "cannot unmount %s: it is mounted again and again", target)
}

// detach takes a mount out of sight. What the server still has to be told, the kernel does when it can.
func (m *mounts) detach(ctx context.Context, target string) error {
	err := m.within(ctx, m.limits.answer, "detach "+target, func() error { return m.host.unmount(target, true) })
	if errors.Is(err, errNoAnswer) || errors.Is(err, unix.EINVAL) {
		if mounted, cannot := m.host.mounted(target); cannot == nil && !mounted {
			return nil
		}
	}
	return err
}

// look says whether the mount on target answers.
func (m *mounts) look(ctx context.Context, target string) error {
	return m.within(ctx, m.limits.answer, "look "+target, func() error {
		_, err := m.host.look(target)
		return err
	})
}

// setMode changes the mode of what is mounted on target, where it has another; 0 stands for any.
func (m *mounts) setMode(ctx context.Context, target string, mode uint32) error {
	if mode == 0 {
		return nil
	}
	return m.within(ctx, m.limits.answer, "mode "+target, func() error {
		info, err := m.host.look(target)
		if err != nil || info.Mode()&modeBits == fileMode(mode) {
			return err
		}
		return m.host.setMode(target, fileMode(mode))
	})
}

// usage is how full the file system mounted on target is.
func (m *mounts) usage(ctx context.Context, target string) (unix.Statfs_t, error) {
	// Kept apart, so that an answer that comes too late meets no reader.
	answer := new(unix.Statfs_t)
	err := m.within(ctx, m.limits.answer, "usage "+target, func() error {
		usage, err := m.host.usage(target)
		*answer = usage
		return err
	})
	if err != nil {
		return unix.Statfs_t{}, err
	}
	return *answer, nil
}
