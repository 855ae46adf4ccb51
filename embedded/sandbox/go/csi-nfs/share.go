package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"k8s.io/klog/v2"
)

// share makes and removes the directories of volumes. All names are relative to it; os.Root refuses those that lead out,
// through ".." or through a symbolic link that somebody put there.
type share struct {
	root *os.Root
}

// create makes a volume's directory, of the mode where one is asked for, else as the process's umask has it.
func (s share) create(directory string, mode uint32) error {
	err := s.root.MkdirAll(directory, 0o777)
	if errors.Is(err, fs.ErrNotExist) { // a parent that was empty went with another volume at the same time
		err = s.root.MkdirAll(directory, 0o777)
	}
	if err != nil {
		return fmt.Errorf("cannot make the directory %s: %w", directory, err)
	}
	if err := s.setMode(directory, mode); err != nil {
		klog.ErrorS(err, "The directory keeps its mode", "directory", directory)
	}
	return nil
}

// setMode changes the mode of a directory that has another; 0 stands for any.
func (s share) setMode(directory string, mode uint32) error {
	if mode == 0 {
		return nil
	}
	info, err := s.root.Lstat(directory)
	if err != nil || info.Mode()&modeBits == fileMode(mode) {
		return err
	}
	return s.root.Chmod(directory, fileMode(mode))
}

// remove deletes a volume's directory, and those above it that are left empty.
func (s share) remove(directory string) error {
	if err := s.root.RemoveAll(directory); err != nil {
		return fmt.Errorf("cannot delete the directory %s: %w", directory, err)
	}
	for parent := path.Dir(directory); parent != "."; parent = path.Dir(parent) {
		// Looked at first: a symbolic link to a directory with content could be removed.
		if empty, err := s.empty(parent); err != nil || !empty {
			return err
		}
		if err := s.root.Remove(parent); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("cannot remove the empty directory %s: %w", parent, err)
		}
	}
	return nil
}

// empty says whether there is such a directory without content.
func (s share) empty(directory string) (bool, error) {
	folder, err := s.root.Open(directory)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer folder.Close()
	_, err = folder.ReadDir(1)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}

// archive renames a volume's directory. If there is an archive of that name, even an empty one, the directory stays unless
// the old archive is to be replaced. A directory that is gone was archived by a call whose answer was lost.
func (s share) archive(directory string, replace bool) error {
	if _, err := s.root.Lstat(directory); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	name := "archived-" + directory
	if parent := path.Dir(name); parent != "." {
		if err := s.root.MkdirAll(parent, 0o777); err != nil {
			return fmt.Errorf("cannot make the directory %s: %w", parent, err)
		}
	}
	if replace {
		if err := s.root.RemoveAll(name); err != nil {
			return fmt.Errorf("cannot delete the old archive %s: %w", name, err)
		}
	}
	if err := s.root.Rename(directory, name); err != nil {
		return fmt.Errorf("cannot archive the directory %s as %s: %w", directory, name, err)
	}
	return nil
}

const modeBits = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

// fileMode is a mode as chmod(1) writes it, for Go.
func fileMode(mode uint32) fs.FileMode {
	m := fs.FileMode(mode) & fs.ModePerm
	for bit, flag := range map[uint32]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if mode&bit != 0 {
			m |= flag
		}
	}
	return m
}
