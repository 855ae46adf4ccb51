package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func newShare(t *testing.T) (share, string) {
	t.Helper()
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return share{root}, folder
}

// folders makes directories below a folder.
func folders(t *testing.T, folder string, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCreateWithAMode(t *testing.T) {
	s, folder := newShare(t)
	for _, mode := range []uint32{0o2775, 0o700, 0} { // a repeated call finds the directory; 0 leaves it as it is
		if err := s.create("shiqi/data", mode); err != nil {
			t.Fatal(err)
		}
		want := fileMode(mode)
		if mode == 0 {
			want = 0o700
		}
		if info, err := os.Stat(filepath.Join(folder, "shiqi/data")); err != nil || info.Mode()&modeBits != want {
			t.Errorf("%o: %v, %v", mode, info.Mode(), err)
		}
	}
}

func TestNothingLeadsOutOfTheShare(t *testing.T) {
	s, folder := newShare(t)
	outside := t.TempDir()
	folders(t, outside, "data")
	if err := os.Symlink(outside, filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"create":       func() error { return s.create("link/new", 0o777) },
		"create above": func() error { return s.create("../new", 0) },
		"remove":       func() error { return s.remove("link/data") },
		"archive":      func() error { return s.archive("link/data", true) },
		"mode":         func() error { return s.setMode("link/data", 0o777) },
	} {
		if err := do(); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	if left := treeOf(outside); left != "data/" {
		t.Errorf("outside of the share is %q", left)
	}
}

func TestRemoveTakesEmptyDirectoriesAboveAlong(t *testing.T) {
	s, folder := newShare(t)
	folders(t, folder, "a/b/c/content", "a/other", "x/y")
	for range 2 {
		if err := errors.Join(s.remove("a/b/c"), s.remove("x/y"), s.remove("gone/too")); err != nil {
			t.Fatal(err)
		}
	}
	if left := treeOf(folder); left != "a/ a/other/" {
		t.Errorf("left is %q", left)
	}
}

func TestRemoveKeepsALinkToADirectoryWithContent(t *testing.T) {
	s, folder := newShare(t)
	folders(t, folder, "real/data", "real/other")
	if err := os.Symlink("real", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	if err := s.remove("link/data"); err != nil {
		t.Fatal(err)
	}
	if left := treeOf(folder); left != "link real/ real/other/" {
		t.Errorf("left is %q", left)
	}
}

func TestArchive(t *testing.T) {
	s, folder := newShare(t)
	folders(t, folder, "data/content", "shiqi/redis")
	for range 2 { // the second call is one whose first answer was lost
		if err := errors.Join(s.archive("data", false), s.archive("shiqi/redis", false)); err != nil {
			t.Fatal(err)
		}
	}
	if left := treeOf(folder); left != "archived-data/ archived-data/content/ archived-shiqi/ archived-shiqi/redis/ shiqi/" {
		t.Errorf("left is %q", left)
	}
}

func TestAnArchiveOfThatNameIsThere(t *testing.T) {
	s, folder := newShare(t)
	folders(t, folder, "archived-data/old", "archived-empty", "data/new", "empty/new")
	for _, name := range []string{"data", "empty"} {
		if err := s.archive(name, false); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := errors.Join(s.archive("data", true), s.archive("empty", true)); err != nil {
		t.Error(err)
	}
	if left := treeOf(folder); left != "archived-data/ archived-data/new/ archived-empty/ archived-empty/new/" {
		t.Errorf("left is %q", left)
	}
}
