package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var claim = &v1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{
	Namespace:   "shiqi",
	Name:        "data",
	Labels:      map[string]string{"team": "blue", "up": ".."},
	Annotations: map[string]string{"lab.example/path": "a/b", "nested": "${.PVC.name}"},
}}

func TestDirectoryOf(t *testing.T) {
	if got, err := directoryOf(claim, "pvc-1", nil); err != nil || got != "shiqi-data-pvc-1" {
		t.Errorf("without a pattern: %q, %v", got, err)
	}
	for pattern, want := range map[string]string{
		"${.PVC.namespace}/${.PVC.name}":         "shiqi/data",
		"${.PVC.namespace}_${.PVC.name}":         "shiqi_data",
		"${.PVC.labels.team}-${.PVC.name}":       "blue-data",
		"${.PVC.annotations.lab.example/path}":   "a/b",
		"/${.PVC.name}/":                         "data",
		"${.PVC.unknown}x":                       "x",
		"a/../${.PVC.name}":                      "data",
		"${.PVC.name}${.PVC.annotations.none}/":  "data",
		"${.PVC.annotations.nested}${.PVC.name}": "datadata",
	} {
		if got, err := directoryOf(claim, "pvc-1", map[string]string{"pathPattern": pattern}); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", pattern, got, err, want)
		}
	}
}

// TestTheExportIsNobodysDirectory holds where the sandbox refuses what the release does: it gives such a claim the export.
func TestTheExportIsNobodysDirectory(t *testing.T) {
	for _, pattern := range []string{
		"", "${.PVC.labels.none}", "..", "../x", "/", ".", "a/..", "${.PVC.labels.up}/etc", "${.PVC.labels.up}",
	} {
		if got, err := directoryOf(claim, "pvc-1", map[string]string{"pathPattern": pattern}); err == nil {
			t.Errorf("%q: comes out as %q; want a refusal", pattern, got)
		}
	}
}

func newDirectories(t *testing.T) (directories, string) {
	t.Helper()
	folder := t.TempDir()
	export, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = export.Close() })
	return directories{export}, folder
}

func TestCreate(t *testing.T) {
	d, folder := newDirectories(t)
	for range 2 { // a retry finds the directory of the attempt before
		if err := d.create("shiqi/data"); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Join(folder, "shiqi/data"))
	if err != nil || info.Mode() != fs.ModeDir|0o777 {
		t.Errorf("mode %v, %v; want a directory for all", info.Mode(), err)
	}
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	if err := d.create("link/data"); err == nil {
		t.Error("a directory was made outside of the export, through a symbolic link")
	}
}

func TestRemove(t *testing.T) {
	for name, c := range map[string]struct {
		parameters map[string]string
		left       string
	}{
		"without parameters":       {nil, "archived-data/file"},
		"onDelete delete":          {map[string]string{"onDelete": "delete"}, ""},
		"onDelete retain":          {map[string]string{"onDelete": "retain"}, "data/file"},
		"onDelete wins":            {map[string]string{"onDelete": "retain", "archiveOnDelete": "false"}, "data/file"},
		"archiveOnDelete true":     {map[string]string{"archiveOnDelete": "true"}, "archived-data/file"},
		"archiveOnDelete false":    {map[string]string{"archiveOnDelete": "false"}, ""},
		"archiveOnDelete 0":        {map[string]string{"archiveOnDelete": "0"}, ""},
		"onDelete without meaning": {map[string]string{"onDelete": "archive"}, "archived-data/file"},
		"onDelete in capitals":     {map[string]string{"onDelete": "Retain"}, "archived-data/file"},
		"onDelete without meaning, archiveOnDelete with": {
			map[string]string{"onDelete": "keep", "archiveOnDelete": "false"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, folder := newDirectories(t)
			write(t, folder, "data/file")
			if err := d.remove("data", c.parameters); err != nil {
				t.Fatal(err)
			}
			if left := filesIn(folder); left != c.left {
				t.Errorf("left is %q; want %q", left, c.left)
			}
		})
	}
}

func TestArchiveOnDeleteMustBeTrueOrFalse(t *testing.T) {
	d, folder := newDirectories(t)
	write(t, folder, "data/file")
	for _, value := range []string{"perhaps", ""} {
		if err := d.remove("data", map[string]string{"archiveOnDelete": value}); err == nil {
			t.Errorf("archiveOnDelete %q was taken for something", value)
		}
	}
	if left := filesIn(folder); left != "data/file" {
		t.Errorf("left is %q", left)
	}
}

func TestNothingOutsideOfTheExportIsRemoved(t *testing.T) {
	d, _ := newDirectories(t)
	if err := d.remove("../data", map[string]string{"onDelete": "delete"}); err == nil {
		t.Error("a directory outside of the export was removed")
	}
}

// TestAnArchiveOfThatNameIsThere holds the release's fault: a pathPattern gives all claims of a name the same directory,
// whose archive then has the same name as well.
func TestAnArchiveOfThatNameIsThere(t *testing.T) {
	for _, archive := range []string{"archived-data/file", "archived-data/"} {
		d, folder := newDirectories(t)
		write(t, folder, archive)
		write(t, folder, "data/second")
		if err := d.remove("data", nil); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", archive, err)
		}
		if _, err := os.Stat(filepath.Join(folder, "data/second")); err != nil {
			t.Error(err)
		}
	}
}

// write makes a file, or a directory where the name ends in a slash, with the directories above it.
func write(t *testing.T, folder, name string) {
	t.Helper()
	full := filepath.Join(folder, name)
	err := os.MkdirAll(filepath.Dir(full), 0o777)
	if strings.HasSuffix(name, "/") {
		err = errors.Join(err, os.MkdirAll(full, 0o777))
	} else {
		err = errors.Join(err, os.WriteFile(full, nil, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// filesIn names the files below a folder.
func filesIn(folder string) string {
	var files []string
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, _ error) error {
		if !entry.IsDir() {
			file, _ := filepath.Rel(folder, path)
			files = append(files, file)
		}
		return nil
	})
	return strings.Join(files, " ")
}
