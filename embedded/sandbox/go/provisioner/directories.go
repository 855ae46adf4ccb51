package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	v1 "k8s.io/api/core/v1"
)

// directories makes and removes the directories of volumes. All names are relative to the export; os.Root refuses those
// that lead out of it, through ".." or through a symbolic link that somebody put there.
type directories struct {
	export *os.Root
}

// create makes a directory that every user may write to: the pods' users are not known to the server.
func (d directories) create(name string) error {
	if err := d.export.MkdirAll(name, 0o777); err != nil {
		return fmt.Errorf("cannot make the directory %s: %w", name, err)
	}
	// The process's umask has narrowed what MkdirAll was asked for.
	return d.export.Chmod(name, 0o777)
}

// remove treats the directory of a deleted volume as the parameters of its class say. One that is gone is good.
func (d directories) remove(name, volume string, parameters map[string]string) error {
	if _, err := d.export.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	what, err := fateOf(parameters)
	if err != nil {
		return err
	}
	switch what {
	case deleted:
		return d.export.RemoveAll(name)
	case archived:
		archive := "archived-" + path.Base(name)
		err := d.export.Rename(name, archive)
		// With a pathPattern many volumes may end in the same name, one after the other or side by side.
		if errors.Is(err, fs.ErrExist) {
			err = d.export.Rename(name, archive+"-"+volume)
		}
		return err
	default:
		return nil
	}
}

// fate is what becomes of a volume's directory when the volume is deleted.
type fate string

const (
	deleted  fate = "deleted"
	retained fate = "retained"
	archived fate = "archived"
)

// fateOf reads the parameters onDelete ("delete", "retain") and, without that, archiveOnDelete ("true", "false").
// Without either, the data is archived.
func fateOf(parameters map[string]string) (fate, error) {
	switch parameters["onDelete"] {
	case "delete":
		return deleted, nil
	case "retain":
		return retained, nil
	}
	archive, set := parameters["archiveOnDelete"]
	if !set {
		return archived, nil
	}
	keep, err := strconv.ParseBool(archive)
	if err != nil {
		return "", fmt.Errorf("the class's archiveOnDelete is %q, neither true nor false", archive)
	}
	if keep {
		return archived, nil
	}
	return deleted, nil
}

var claimField = regexp.MustCompile(`\$\{\.PVC\.(?:(labels|annotations)\.([^}]*)|([^}]*))\}`)

// directoryOf names the directory for a claim: what the class's pathPattern says, or namespace, claim and volume when
// there is no pattern or it comes out empty. A field that the claim lacks is empty.
func directoryOf(claim *v1.PersistentVolumeClaim, volume, pattern string) (string, error) {
	name := claimField.ReplaceAllStringFunc(pattern, func(match string) string {
		field := claimField.FindStringSubmatch(match)
		switch {
		case field[1] == "labels":
			return claim.Labels[field[2]]
		case field[1] == "annotations":
			return claim.Annotations[field[2]]
		case field[3] == "namespace":
			return claim.Namespace
		case field[3] == "name":
			return claim.Name
		default:
			return ""
		}
	})
	if name == "" {
		return strings.Join([]string{claim.Namespace, claim.Name, volume}, "-"), nil
	}
	// The volume of a class that resolves to the export itself would take everybody's data with it when deleted.
	relative := strings.TrimLeft(name, "/")
	if !filepath.IsLocal(relative) || path.Clean(relative) == "." {
		return "", fmt.Errorf("pathPattern %q comes out as %q, which is not a directory below the export", pattern, name)
	}
	return path.Clean(relative), nil
}
