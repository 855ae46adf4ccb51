package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"k8s.io/mount-utils"
)

// host is what the driver does to the node it runs on. Where nothing else is said, a call can take as long as the server
// is away.
type host interface {
	// mount ends with its context.
	mount(ctx context.Context, source, target string, options []string) error
	// unmount with lazy takes the mount out of sight at once, while it is in use or its server away.
	unmount(target string, lazy bool) error
	// mounted asks the kernel, never the server.
	mounted(target string) (bool, error)
	look(path string) (os.FileInfo, error)
	setMode(path string, mode os.FileMode) error
	usage(path string) (unix.Statfs_t, error)
	open(path string) (*os.Root, error)
}

// linux is the host of the kernel that the driver runs on.
type linux struct{}

func (linux) mount(ctx context.Context, source, target string, options []string) error {
	args := []string{"-t", "nfs"}
	if len(options) > 0 {
		args = append(args, "-o", strings.Join(options, ","))
	}
	command := exec.CommandContext(ctx, "mount", append(args, "--", source, target)...)
	// The helper mount.nfs ends together with mount.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 5 * time.Second
	output, err := command.CombinedOutput()
	if ctx.Err() != nil && command.Process != nil {
		go reap(command.Process.Pid)
	}
	if err != nil {
		return fmt.Errorf("%w: %s", err, strings.Join(strings.Fields(string(bytes.TrimSpace(output))), " "))
	}
	return nil
}

// reap takes away what was killed with its group and has no other parent any more: in a container that is this program.
func reap(group int) {
	for {
		if _, err := unix.Wait4(-group, nil, 0, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// unmount asks the kernel itself: umount(8) would look at the mount first, and so at a server that may be away. Never by
// force, which fails what pods do on other mounts of the same share.
func (linux) unmount(target string, lazy bool) error {
	flags := unix.UMOUNT_NOFOLLOW
	if lazy {
		flags |= unix.MNT_DETACH
	}
	return unix.Unmount(target, flags)
}

// escaped is a path as the kernel lists it.
var escaped = strings.NewReplacer(`\`, `\134`, " ", `\040`, "\t", `\011`, "\n", `\012`)

func (linux) mounted(target string) (bool, error) {
	all, err := mount.ParseMountInfo("/proc/self/mountinfo")
	if err != nil {
		return false, err
	}
	// Only what is above the mount point may be a link, and is no share's.
	if parent, err := filepath.EvalSymlinks(filepath.Dir(target)); err == nil {
		target = filepath.Join(parent, filepath.Base(target))
	}
	for _, one := range all {
		if one.MountPoint == escaped.Replace(target) {
			return true, nil
		}
	}
	return false, nil
}

func (linux) look(path string) (os.FileInfo, error) { return os.Lstat(path) }

func (linux) setMode(path string, mode os.FileMode) error { return os.Chmod(path, mode) }

func (linux) usage(path string) (unix.Statfs_t, error) {
	var s unix.Statfs_t
	err := unix.Statfs(path, &s)
	return s, err
}

func (linux) open(path string) (*os.Root, error) { return os.OpenRoot(path) }
