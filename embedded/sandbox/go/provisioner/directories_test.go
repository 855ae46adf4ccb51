package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var claim = &v1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{
	Namespace:   "shiqi",
	Name:        "data",
	Labels:      map[string]string{"team": "blue", "up": ".."},
	Annotations: map[string]string{"lab.example/path": "a/b"},
}}

func TestDirectoryOf(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                                      "shiqi-data-pvc-1",
		"${.PVC.namespace}/${.PVC.name}":        "shiqi/data",
		"${.PVC.labels.team}-${.PVC.name}":      "blue-data",
		"${.PVC.annotations.lab.example/path}":  "a/b",
		"/${.PVC.name}/":                        "data",
		"${.PVC.labels.none}":                   "shiqi-data-pvc-1",
		"${.PVC.unknown}x":                      "x",
		"a/../${.PVC.name}":                     "data",
		"${.PVC.name}${.PVC.annotations.none}/": "data",
	} {
		if got, err := directoryOf(claim, "pvc-1", pattern); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", pattern, got, err, want)
		}
	}
	for _, pattern := range []string{"..", "../x", "/", ".", "a/..", "${.PVC.labels.up}/etc", "${.PVC.labels.up}"} {
		if got, err := directoryOf(claim, "pvc-1", pattern); err == nil {
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
		"without parameters":     {nil, "archived-data/file"},
		"onDelete delete":        {map[string]string{"onDelete": "delete"}, ""},
		"onDelete retain":        {map[string]string{"onDelete": "retain"}, "team/data/file"},
		"onDelete wins":          {map[string]string{"onDelete": "retain", "archiveOnDelete": "false"}, "team/data/file"},
		"archiveOnDelete true":   {map[string]string{"archiveOnDelete": "true"}, "archived-data/file"},
		"archiveOnDelete false":  {map[string]string{"archiveOnDelete": "false"}, ""},
		"onDelete misunderstood": {map[string]string{"onDelete": "archive"}, "archived-data/file"},
	} {
		t.Run(name, func(t *testing.T) {
			d, folder := newDirectories(t)
			if err := d.create("team/data"); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, "team/data/file"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := d.remove("team/data", "pvc-1", c.parameters); err != nil {
				t.Fatal(err)
			}
			left := ""
			_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, _ error) error {
				if !entry.IsDir() {
					left, _ = filepath.Rel(folder, path)
				}
				return nil
			})
			if left != c.left {
				t.Errorf("left is %q; want %q", left, c.left)
			}
		})
	}
}

func TestRemoveRefusesAndForgives(t *testing.T) {
	d, _ := newDirectories(t)
	if err := d.remove("gone", "pvc-1", nil); err != nil {
		t.Errorf("a directory that is gone: %v", err)
	}
	if err := d.create("data"); err != nil {
		t.Fatal(err)
	}
	if err := d.remove("data", "pvc-1", map[string]string{"archiveOnDelete": "perhaps"}); err == nil {
		t.Error("archiveOnDelete: perhaps was taken for something")
	}
	if err := d.remove("../data", "pvc-1", map[string]string{"onDelete": "delete"}); err == nil {
		t.Error("a directory outside of the export was removed")
	}
}

func TestTwoVolumesOfTheSameNameAreArchived(t *testing.T) {
	d, folder := newDirectories(t)
	for _, volume := range []string{"pvc-1", "pvc-2"} {
		if err := d.create("shiqi/data"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "shiqi/data/of"), []byte(volume), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := d.remove("shiqi/data", volume, nil); err != nil {
			t.Fatal(err)
		}
	}
	for archive, volume := range map[string]string{"archived-data": "pvc-1", "archived-data-pvc-2": "pvc-2"} {
		if content, err := os.ReadFile(filepath.Join(folder, archive, "of")); string(content) != volume {
			t.Errorf("%s holds %q, %v", archive, content, err)
		}
	}
}
