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
	"k8s.io/klog/v2"
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
	// The process's umask has narrowed what MkdirAll was asked for. A directory that was there and is somebody else's, on
	// an export that squashes root, keeps its mode: the release takes it as it is.
	if err := d.export.Chmod(name, 0o777); err != nil {
		klog.ErrorS(err, "The directory keeps its mode", "directory", name)
	}
	return nil
}

// exists says whether there is something of that name. What cannot be seen is taken to be there, so that its removal says why.
func (d directories) exists(name string) bool {
	_, err := d.export.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// remove treats the directory of a deleted volume as the parameters of its class say. The name of an archive is that of the
// directory alone: if there is one of that name, even an empty one, the directory stays, and so does the volume.
func (d directories) remove(name string, parameters map[string]string) error {
	what, err := fateOf(parameters)
	if err != nil {
		return err
	}
	switch what {
	case deleted:
		return d.export.RemoveAll(name)
	case archived:
		return d.export.Rename(name, "archived-"+name)
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

// fateOf reads the parameters onDelete ("delete", "retain") and, with any other value or none, archiveOnDelete (what
// strconv.ParseBool takes). Without either, the data is archived.
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

// directoryOf names the directory for a claim of a class with these parameters: what its pathPattern says, or namespace,
// claim and volume when there is none. A field that the claim lacks is empty.
func directoryOf(claim *v1.PersistentVolumeClaim, volume string, parameters map[string]string) (string, error) {
	pattern, set := parameters["pathPattern"]
	if !set {
		return strings.Join([]string{claim.Namespace, claim.Name, volume}, "-"), nil
	}
	name := pattern
	// One after the other, so that a value which is a placeholder itself is filled in by a later one.
	for _, field := range claimField.FindAllStringSubmatch(pattern, -1) {
		name = strings.ReplaceAll(name, field[0], valueOf(claim, field[1], field[2], field[3]))
	}
	// The release gives such a claim the export itself, or a directory of its own container: every claim's data to one.
	relative := strings.TrimLeft(name, "/")
	if !filepath.IsLocal(relative) || path.Clean(relative) == "." {
		return "", fmt.Errorf("pathPattern %q comes out as %q, which is not a directory below the export", pattern, name)
	}
	return path.Clean(relative), nil
}

func valueOf(claim *v1.PersistentVolumeClaim, metadata, key, field string) string {
	switch {
	case metadata == "labels":
		return claim.Labels[key]
	case metadata == "annotations":
		return claim.Annotations[key]
	case field == "namespace":
		return claim.Namespace
	case field == "name":
		return claim.Name
	default:
		return ""
	}
}
