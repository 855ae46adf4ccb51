package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// withMount puts a script in place of mount(8), and returns the folder that it starts in.
func withMount(t *testing.T, script string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "mount"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	return folder
}

func TestMountIsCalledWithItsArguments(t *testing.T) {
	folder := withMount(t, `echo "$@" >"${0%/*}/arguments"`)
	if err := (linux{}).mount(t.Context(), "nas:/nfs", "/target", []string{"nfsvers=4.2", "ro"}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(folder, "arguments")); err != nil || string(got) != "-t nfs -o nfsvers=4.2,ro -- nas:/nfs /target\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestMountSaysWhatItsCommandDoes(t *testing.T) {
	withMount(t, "echo 'mount.nfs: access denied\n by server' >&2; exit 32")
	err := linux{}.mount(t.Context(), "nas:/nfs", "/target", nil)
	if err == nil || err.Error() != "exit status 32: mount.nfs: access denied by server" {
		t.Error(err)
	}
}

// TestMountEndsWithItsHelper holds that mount.nfs, which tries for minutes, does not outlive the call, nor stays as a zombie.
func TestMountEndsWithItsHelper(t *testing.T) {
	// As in a container, whose first process the driver is.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	folder := withMount(t, `sleep 60 & echo $! >"${0%/*}/helper"; wait`)
	ctx, giveUp := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- linux{}.mount(ctx, "nas:/nfs", "/target", nil) }()
	var helper int
	eventually(t, "the helper runs", func() bool {
		text, _ := os.ReadFile(filepath.Join(folder, "helper"))
		var err error
		helper, err = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil
	})
	giveUp()
	if err := <-ended; err == nil {
		t.Error("the command was not ended")
	}
	eventually(t, "the helper is gone", func() bool { return errors.Is(syscall.Kill(helper, 0), syscall.ESRCH) })
}

func TestMounted(t *testing.T) {
	link := filepath.Join(t.TempDir(), "root")
	if err := os.Symlink("/", link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"/proc": true, filepath.Join(link, "proc"): true, "/proc/self": false, t.TempDir(): false, "/no/such": false, "some/path": false,
	} {
		if got, err := (linux{}).mounted(path); err != nil || got != want {
			t.Errorf("%s: %v, %v", path, got, err)
		}
	}
}
